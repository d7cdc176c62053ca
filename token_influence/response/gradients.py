"""The gradient of a prediction's score by its inputs, and the trace of the Fisher information."""

import numpy as np
import torch
from torch import Tensor

from token_influence.response.continuing import Continuing


def score_gradient(reader: Continuing, first: int, target: int) -> Tensor:
    """∂s/∂x_j float64 [S − first, d] on the CPU for the rows j from `first` on.

    The score s is the logit of the token `target`, as in the objective `true_logit`.
    """
    with torch.enable_grad():
        inputs, logits = reader.differentiable(first)
        (gradient,) = torch.autograd.grad(logits[target], inputs)
    return gradient[0].cpu().double()


def fisher_traces(
    reader: Continuing, first: int, probes: int, generator: np.random.Generator
) -> Tensor:
    """Estimates of tr F_j, float64 [S − first] on the CPU, for the rows j from `first` on.

    F_j = J_jᵀ (diag p − p pᵀ) J_j is the Fisher information of the prediction p, pulled back to the
    input x_j by J_j = ∂z/∂x_j of the logits z (arXiv 2601.16407). The estimate is Hutchinson's: with
    L = diag √p − p √pᵀ and random signs e [V], the mean of ‖(L e)ᵀ J_j‖² is the trace. It is unbiased;
    each of the `probes` costs one backward pass for all rows together.
    """
    with torch.enable_grad():
        inputs, logits = reader.differentiable(first)
        p = logits.detach().softmax(dim=-1)
        total = torch.zeros(inputs.shape[1], dtype=torch.float64)
        for number in range(probes):
            signs = torch.from_numpy(generator.choice([-1.0, 1.0], len(p))).to(p)
            probe = p.sqrt() * signs
            probe = probe - p * probe.sum()
            last = number == probes - 1
            (gradient,) = torch.autograd.grad(logits @ probe, inputs, retain_graph=not last)
            total += gradient[0].cpu().double().square().sum(dim=-1)
    return total / probes
