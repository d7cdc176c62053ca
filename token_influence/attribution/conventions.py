"""What a benchmark by ablation must choose; the paper and its public code choose differently.

The paper is arXiv 2601.16407; its code is AntonioLiu97/JacobianScopes, commit ffbfe96. Where the paper
says nothing, `AS_IN_PAPER` does as the code does, except that the target is no candidate.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np


@dataclass(frozen=True)
class Conventions:
    """Every choice that changes a published number.

    begin_of_text: whether a begin-of-text token is read before the text, where the model has one.
    fractions: the shares k of the tokens that are ablated, ascending, each in (0, 1].
    drop_of: whose log-probability falls: the prediction's `target` (the ground truth by default), or the
        model's own arg-max token of the intact text (`predicted`).
    first_token, predicting_token, target_token: whether these can be ablated as any other token. No
        method gives the target, which no prediction reads, a score above 0, so it comes last.
    counted: k is a share of all T tokens of the `text` up to the target, the target included, or of the
        T `candidates`. In both, n = max(1, ⌊T·k⌋) tokens are ablated.
    from_zero: whether the trapezoidal rule starts at k = 0, where the drop is 0, or at the first of the
        fractions.
    divided_by_span: whether the area is divided by the range of k, which makes it a mean drop.
    standard_error: of the AOPC, over `passages` (of each passage's own AOPC), or from those of the
        drops, as if the `fractions` and the terms of the rule were independent, which is too small.
    gradient_of: what input × gradient and integrated gradients differentiate: the target's `logit`, or
        its `log_probability` (the negative cross entropy).
    integrated_gradients_steps: the number of gradients of integrated gradients, at α = 1/steps … 1.
    integrated_gradients_weighted: whether each of them is multiplied by its α once more.
    """

    begin_of_text: bool = False
    fractions: tuple[float, ...] = (0.05, 0.1, 0.2)
    drop_of: Literal["target", "predicted"] = "target"
    first_token: bool = True
    predicting_token: bool = True
    target_token: bool = False
    counted: Literal["text", "candidates"] = "text"
    from_zero: bool = False
    divided_by_span: bool = False
    standard_error: Literal["passages", "fractions"] = "passages"
    gradient_of: Literal["logit", "log_probability"] = "logit"
    integrated_gradients_steps: int = 100
    integrated_gradients_weighted: bool = False

    def bos_id(self, of_model: int | None) -> int | None:
        """The begin-of-text token to read, `of_model` being the one that the model has, if any."""
        return of_model if self.begin_of_text else None

    def weights(self) -> np.ndarray:
        """The weight of the drop at each fraction in the AOPC (the trapezoidal rule)."""
        places = np.array([0.0, *self.fractions] if self.from_zero else self.fractions)
        steps = np.diff(places)
        weights = (np.append(steps, 0.0) + np.append(0.0, steps)) / 2
        if self.divided_by_span:
            weights /= places[-1] - places[0]
        return weights[1:] if self.from_zero else weights

    def published_methods(self) -> dict[str, str]:
        """The six methods of the published table: the label of each under its name."""
        of = "" if self.gradient_of == "logit" else f"-of={self.gradient_of}"
        steps = self.integrated_gradients_steps
        options = ("" if steps == 100 else f"-steps={steps}") + of
        options += "-weighted=True" if self.integrated_gradients_weighted else ""
        return {
            "random": "random",
            "integrated_gradients": "integrated_gradients" + options,
            "input_x_gradient": "input_x_gradient" + of,
            "semantic": "semantic",
            "temperature": "temperature",
            "fisher": "fisher",
        }


AS_IN_PAPER = Conventions()
AS_IN_CODE = replace(
    AS_IN_PAPER,
    drop_of="predicted",
    target_token=True,
    gradient_of="log_probability",
    integrated_gradients_steps=5,
    integrated_gradients_weighted=True,
)
PRESETS = {"as_in_paper": AS_IN_PAPER, "as_in_code": AS_IN_CODE}


def with_changes(preset: str, **changes: Any) -> Conventions:
    """The conventions of a preset with other values for some of their fields.

    >>> with_changes("as_in_code", from_zero=True).drop_of
    'predicted'
    """
    if "fractions" in changes:
        changes["fractions"] = tuple(changes["fractions"])
    return replace(PRESETS[preset], **changes)
