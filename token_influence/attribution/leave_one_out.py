"""Leave-one-out: what a prediction loses when one source is taken away."""

from dataclasses import dataclass

import torch
from torch import Tensor

from token_influence.attribution.method import Method, register
from token_influence.attribution.reading import Reading


@register("leave_one_out")
@dataclass(frozen=True)
class LeaveOneOut(Method):
    """The drop of the target's log-probability when the embedding of source j is set to zero.

    It is the reference for ablations of one token, but no ceiling for ablations of several.
    """

    def scores(self, reading: Reading) -> Tensor:
        """The drops [B, S] in nats, one forward pass for each source."""
        plain = reading.explained("log_probability", *reading.outputs).detach()
        drops = []
        for j in range(reading.inputs.shape[1]):
            inputs = reading.inputs.clone()
            inputs[:, j] = 0
            drops.append(plain - reading.explained_at(inputs, "log_probability"))
        return torch.stack(drops, dim=1)
