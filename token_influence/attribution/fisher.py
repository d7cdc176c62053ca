"""Fisher methods: how far a source moves the predicted distribution (arXiv 2601.16407).

With F = Σ λ_m u_m u_mᵀ, the Fisher matrix [d, d] of the final hidden state y, and J_j = ∂y/∂x_j, a small
step of x_j in a random direction moves the distribution by tr(J_jᵀ F J_j) = Σ λ_m ‖u_mᵀ J_j‖², up to a
factor. None of these scores depends on the target.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from token_influence.attribution.eigenpairs import eigenpairs
from token_influence.attribution.method import Method, check_option, register
from token_influence.attribution.reading import Reading
from token_influence.errors import AttributionError
from token_influence.influence.fisher import leading_eigenvectors
from token_influence.seeds import stream


class Spectrum:
    """All eigenpairs of the Fisher matrix, and the energies λ_m ‖u_mᵀ J_j‖² of the first of them."""

    def __init__(self, reading: Reading):
        self.reading = reading
        values, vectors = eigenpairs(reading.outputs[0], reading.hidden)
        self.values, self.vectors = values[:, 0], vectors[:, 0]
        self.sums = [torch.zeros_like(reading.inputs[..., 0], dtype=self.values.dtype)]

    def energy(self, rank: int) -> Tensor:
        """The sum [B, S] of the `rank` first energies; each costs a backward pass, made once."""
        while len(self.sums) <= rank:
            m = len(self.sums) - 1
            more = energy(self.reading, self.vectors[:, :, m], self.values[:, m])
            self.sums.append(self.sums[-1] + more)
        return self.sums[rank]


def energy(reading: Reading, vector: Tensor, value: Tensor) -> Tensor:
    """λ ‖uᵀ J_j‖² [B, S] for eigenvectors u [B, d] and eigenvalues λ [B]."""
    hidden = reading.hidden[:, 0]
    gradient = reading.differentiate((vector.to(hidden.dtype) * hidden).sum(dim=-1))
    return value[:, None] * gradient.to(value.dtype).square().sum(dim=-1)


@register("fisher")
@dataclass(frozen=True)
class Fisher(Method):
    """Σ λ_m ‖u_mᵀ J_j‖² over the `rank` largest eigenvalues; the paper's method has rank 1."""

    rank: int = 1

    def __post_init__(self) -> None:
        check_option(self, "rank", self.rank >= 1, "1 and more")

    def scores(self, reading: Reading) -> Tensor:
        """The sums [B, S]. Raises AttributionError if the rank is above the model's width d."""
        width = reading.hidden.shape[-1]
        if self.rank > width:
            raise AttributionError(
                f"The option rank of fisher is {self.rank}; allowed are at most {width}, the width of "
                "the model's final hidden state."
            )
        if self.rank == 1:
            vector, value, _ = leading_eigenvectors(reading.outputs[0], reading.hidden)
            return energy(reading, vector[:, 0], value[:, 0])
        return reading.shared(Spectrum).energy(self.rank)


@register("fisher_trace")
@dataclass(frozen=True)
class FisherTrace(Method):
    """The exact trace tr(J_jᵀ F J_j): `fisher` of full rank, which costs d backward passes."""

    def scores(self, reading: Reading) -> Tensor:
        """The traces [B, S]."""
        spectrum = reading.shared(Spectrum)
        return spectrum.energy(spectrum.values.shape[-1])


@register("fisher_hutchinson")
@dataclass(frozen=True)
class FisherHutchinson(Method):
    """Hutchinson's estimate of tr(J_jᵀ F J_j), unbiased, at one backward pass for each of its probes.

    With p the predicted distribution, diag p − p pᵀ = L Lᵀ for L = diag √p − p √pᵀ. So for random signs
    ε [V] the mean of ‖(L ε)ᵀ ∂z/∂x_j‖² is the trace, and no matrix of d × d is built.
    """

    probes: int = 8

    def __post_init__(self) -> None:
        check_option(self, "probes", self.probes >= 1, "1 and more")

    def scores(self, reading: Reading) -> Tensor:
        """The estimates [B, S]."""
        logits = reading.outputs[0][:, 0]
        p = torch.softmax(logits.detach().float(), dim=-1)
        streams = [stream(reading.seed, "hutchinson", one.key) for one in reading.predictions]
        total = torch.zeros_like(reading.inputs[..., 0])
        for _ in range(self.probes):
            signs = torch.stack(
                [torch.from_numpy(s.choice([-1.0, 1.0], p.shape[-1])) for s in streams]
            ).to(p)
            probe = p.sqrt() * signs
            probe = probe - p * probe.sum(dim=-1, keepdim=True)
            gradient = reading.differentiate((logits * probe.to(logits.dtype)).sum(dim=-1))
            total += gradient.square().sum(dim=-1)
        return total / self.probes
