"""The Fisher matrix of a tiny model in full, for the tests of the engine."""

import torch
from tiny_models import build, windows
from torch import Tensor

from token_influence.influence.access import embed, forward
from token_influence.influence.objectives import Outputs

# Head shapes that differ: plain, biased, scaled, soft-capped.
HEADS = ["llama", "phi", "cohere", "gemma3"]


def outputs_of(name: str) -> Outputs:
    model, frame = build(name, torch.float64), windows(2)
    ids = torch.tensor(frame.token_ids.tolist())
    rows = torch.tensor(frame.positions.tolist())
    logits, hidden = forward(model, embed(model, ids[:, :-1]), rows)
    return Outputs(logits, hidden, ids.gather(1, rows + 1), logits.argmax(-1))


def fisher_matrix(outputs: Outputs, b: int, k: int) -> Tensor:
    """Jᵀ (diag p − p pᵀ) J of one position, in full."""
    assert outputs.hidden is not None
    row = outputs.logits[b, k]
    jacobian = torch.stack(
        [
            torch.autograd.grad(row[v], outputs.hidden, retain_graph=True)[0][b, k]
            for v in range(len(row))
        ]
    )
    p = row.detach().softmax(-1)
    return jacobian.T @ (p.diag() - torch.outer(p, p)) @ jacobian
