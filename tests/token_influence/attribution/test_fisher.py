"""Fisher methods against explicit Jacobians and the full matrix."""

import numpy as np
import pytest
import torch
from explained import jacobian, predictions, read_embeddings
from fisher_matrices import HEADS
from tiny_models import build

from token_influence.attribution.attribute import attribute
from token_influence.attribution.fisher import Fisher

WIDTH = 16


def explicit(name: str) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Eigenvalues [d], largest first, energies [S, d] and the trace [S] for one prediction."""
    model, (prediction,) = build(name), predictions()
    inner = jacobian(model, prediction).double()
    x = read_embeddings(model, prediction)
    y = model.base_model(inputs_embeds=x, use_cache=False).last_hidden_state.detach()

    def head(state: torch.Tensor) -> torch.Tensor:
        """All that the model does after its last norm: its head, fed with `state` [d]."""
        replaced = model.get_output_embeddings().register_forward_pre_hook(lambda *_: (state,))
        logits = model(inputs_embeds=x, use_cache=False).logits
        replaced.remove()
        return logits.flatten()

    outer = torch.autograd.functional.jacobian(head, y[0, -1]).double()
    p = head(y[0, -1]).double().softmax(-1).detach()
    matrix = outer.T @ (p.diag() - torch.outer(p, p)) @ outer
    values, vectors = torch.linalg.eigh(matrix)
    values, vectors = values.flip(0), vectors.flip(1)
    energies = values * torch.einsum("yk,syd->skd", vectors, inner).square().sum(-1)
    return values, energies, torch.einsum("syd,yz,szd->s", inner, matrix, inner)


@pytest.mark.parametrize("name", HEADS)
def test_fisher_of_every_rank_and_the_trace_agree_with_explicit_jacobians(name: str):
    _, energies, trace = explicit(name)
    ranks = [Fisher(rank) for rank in range(1, WIDTH + 1)]
    (scores,) = attribute(build(name), predictions(), [*ranks, "fisher_trace"], bos_id=None)
    for rank, method in enumerate(ranks, start=1):
        expected = energies[:, :rank].sum(-1)
        np.testing.assert_allclose(scores[method.label], expected, rtol=2e-3, atol=1e-9)
    np.testing.assert_allclose(scores["fisher_trace"], trace, rtol=1e-4)
    np.testing.assert_array_equal(scores["fisher_trace"], scores[ranks[-1].label])


def test_hutchinsons_estimate_is_right_within_its_error():
    model, texts = build("llama"), predictions()
    (exact,) = attribute(model, texts, ["fisher_trace"], bos_id=None)
    label = "fisher_hutchinson-probes=20"
    runs = [attribute(model, texts, [label], bos_id=None, seed=s)[0][label] for s in range(12)]
    error = np.std(runs, axis=0, ddof=1) / len(runs) ** 0.5
    assert (np.abs(np.mean(runs, axis=0) - exact["fisher_trace"]) < 4 * error).all()
    assert (error < 0.2 * exact["fisher_trace"]).all()
