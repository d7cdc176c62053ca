"""Leave-one-out: what a prediction loses when one source is taken away."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from token_influence.attribution.method import Method, register
from token_influence.attribution.reading import Reading
from token_influence.attribution.targets import Term
from token_influence.response.ablation import Input, read
from token_influence.response.single import can_reuse_prefixes, read_single_changes


@register("leave_one_out")
@dataclass(frozen=True)
class LeaveOneOut(Method):
    """The drop of the target's log-probability when the embedding of source j is set to zero.

    It is the reference for ablations of one token, but no ceiling for ablations of several.
    """

    def scores(self, reading: Reading) -> Tensor:
        """The drops [B, S] in nats, one forward pass for each source; prefixes are read once."""
        cached = can_reuse_prefixes(reading.model)
        drops = torch.zeros(reading.inputs.shape[:2])
        for b, (prediction, terms) in enumerate(
            zip(reading.predictions, reading.terms, strict=True)
        ):
            # A token of the target does not see the sources after its own position.
            for position in {term.position for term in terms}:
                here = [term for term in terms if term.position == position]
                drops[b, : position + 1] += _drops(
                    reading, Input(prediction.read, position), here, cached
                )
        return drops


def _drops(reading: Reading, text: Input, terms: Sequence[Term], cached: bool) -> Tensor:
    """The drops [position + 1] of the log-probabilities of `terms`, all at the position of `text`."""

    def value(_: int, row: Tensor) -> float:
        return sum(term.weight * float(row[term.id]) for term in terms)

    (intact,) = read(reading.model, [text], value, bos_id=reading.bos_id)
    changed = read_single_changes(
        reading.model, text, None, value, bos_id=reading.bos_id, cached=cached
    )
    return intact - torch.tensor(changed)
