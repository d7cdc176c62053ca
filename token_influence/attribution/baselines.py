"""Scores that do not look at the model: chance, and distance alone."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from token_influence.attribution.method import Method, check_option, register
from token_influence.attribution.reading import Reading
from token_influence.seeds import stream


@register("random")
@dataclass(frozen=True)
class Random(Method):
    """Uniform random numbers, from a stream of its own for each prediction."""

    def scores(self, reading: Reading) -> Tensor:
        """Numbers [B, S] in [0, 1)."""
        drawn = [
            torch.from_numpy(stream(reading.seed, "random attribution", p.key).random(len(p.read)))
            for p in reading.predictions
        ]
        return pad_sequence(drawn, batch_first=True)


@register("distance")
@dataclass(frozen=True)
class Distance(Method):
    """The power law (r+1)^−p of the distance r = i − j, the same for every model and text.

    p: the exponent of a decay that was fitted on another corpus. It changes the scores, not their order.
    """

    p: float = 1.0

    def __post_init__(self) -> None:
        check_option(self, "p", self.p > 0, "above 0")

    def scores(self, reading: Reading) -> Tensor:
        """The powers [B, S]."""
        powers = [
            torch.arange(len(p.read), 0, -1, dtype=torch.float64) ** -self.p
            for p in reading.predictions
        ]
        return pad_sequence(powers, batch_first=True)
