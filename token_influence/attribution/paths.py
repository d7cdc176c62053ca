"""Methods of many gradients: integrated gradients, and SmoothGrad."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from token_influence.attribution.gradients import check_scalar
from token_influence.attribution.method import Method, check_option, register
from token_influence.attribution.reading import Reading
from token_influence.seeds import stream

Rule = Callable[[int], tuple[np.ndarray, np.ndarray]]
"""For a number of steps, the places α in (0, 1] of a rule of integration, and their weights."""


def _gauss(steps: int) -> tuple[np.ndarray, np.ndarray]:
    places, weights = np.polynomial.legendre.leggauss(steps)
    return (places + 1) / 2, weights / 2


RULES: dict[str, Rule] = {
    "right": lambda n: (np.arange(1, n + 1) / n, np.full(n, 1 / n)),
    "midpoint": lambda n: ((np.arange(n) + 0.5) / n, np.full(n, 1 / n)),
    "gauss": _gauss,
}


@register("integrated_gradients")
@dataclass(frozen=True)
class IntegratedGradients(Method):
    """The norm ‖x_j ⊙ ∫₀¹ ∂s/∂x_j(αx) dα‖₂: the gradient along a path from zero embeddings.

    Integrated gradients by Sundararajan et al. (arXiv 1703.01365), with the norm of arXiv 2601.16407.

    steps: the number of gradients; one is shared with other methods where α = 1 is among them.
    rule: the places α: `right` (1/steps … 1), `midpoint`, or `gauss` (Gauss-Legendre).
    of: the scalar s, as for `input_x_gradient`.
    weighted: multiply each gradient by its α once more, as the public code of arXiv 2601.16407 does.
    """

    steps: int = 100
    rule: str = "right"
    of: str = "logit"
    weighted: bool = False

    def __post_init__(self) -> None:
        check_option(self, "steps", self.steps >= 1, "1 and more")
        check_option(self, "rule", self.rule in RULES, ", ".join(RULES))
        check_scalar(self, self.of)

    def attributions(self, reading: Reading) -> Tensor:
        """The products [B, S, d] before the norm; their sum is s(x) − s(0) if the rule is exact."""
        total = torch.zeros_like(reading.inputs)
        for alpha, weight in zip(*RULES[self.rule](self.steps), strict=True):
            factor = weight * (alpha if self.weighted else 1.0)
            total += float(factor) * reading.gradient(self.of, scale=float(alpha))
        return reading.inputs * total

    def scores(self, reading: Reading) -> Tensor:
        """The norms [B, S]."""
        return self.attributions(reading).norm(dim=-1)


@register("smoothgrad")
@dataclass(frozen=True)
class SmoothGrad(Method):
    """The norm of the mean gradient of the target's logit at noisy inputs (arXiv 1706.03825).

    samples: the number of gradients.
    noise: the standard deviation of the noise, as a share of that of all entries of the text's
        embeddings. Each prediction has its own stream of noise.
    """

    samples: int = 16
    noise: float = 0.15

    def __post_init__(self) -> None:
        check_option(self, "samples", self.samples >= 1, "1 and more")
        check_option(self, "noise", self.noise > 0, "above 0")

    def scores(self, reading: Reading) -> Tensor:
        """The norms [B, S]."""
        inputs = reading.inputs
        streams = [stream(reading.seed, "smoothgrad", p.key) for p in reading.predictions]
        lengths = [len(p.read) for p in reading.predictions]
        spreads = [float(inputs[b, :n].std()) for b, n in enumerate(lengths)]
        total = torch.zeros_like(inputs)
        for _ in range(self.samples):
            noise = [
                self.noise
                * spread
                * torch.from_numpy(generator.standard_normal((n, inputs.shape[2])))
                for generator, n, spread in zip(streams, lengths, spreads, strict=True)
            ]
            padded = pad_sequence(noise, batch_first=True).to(inputs)
            total += reading.gradient_at(inputs + padded, "logit")
        return (total / self.samples).norm(dim=-1)
