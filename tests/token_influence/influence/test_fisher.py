"""Leading eigenvectors against the decomposition of the full matrix."""

import numpy as np
import pytest
import torch
from fisher_matrices import HEADS, fisher_matrix, outputs_of
from tiny_models import Double, build, windows

from token_influence.influence import fisher
from token_influence.influence.fisher import leading_eigenvectors
from token_influence.influence.measure import measure
from token_influence.influence.objectives import Outputs


@pytest.mark.parametrize("name", HEADS)
def test_fisher_is_the_leading_pair_of_the_full_decomposition(name: str) -> None:
    compared = 0
    with Double():
        outputs = outputs_of(name)
        assert outputs.hidden is not None
        vectors, largest, second = leading_eigenvectors(outputs.logits, outputs.hidden)
        for b, k in np.ndindex(2, 3):
            values, basis = torch.linalg.eigh(fisher_matrix(outputs, b, k))
            torch.testing.assert_close(largest[b, k], values[-1], rtol=1e-10, atol=0)
            torch.testing.assert_close(second[b, k], values[-2], rtol=1e-10, atol=0)
            if values[-2] / values[-1] < 0.95:
                compared += 1
                overlap = (vectors[b, k] @ basis[:, -1]).abs()
                assert abs(overlap.item() - 1) < 1e-12
    assert compared >= 4


def test_fisher_converges_where_the_space_is_far_larger_than_the_steps() -> None:
    """A wide head: Lanczos must stop by itself, before it has spanned the space."""
    generator = torch.Generator().manual_seed(3)
    weight = torch.randn(500, 300, generator=generator, dtype=torch.float64)
    hidden = torch.randn(1, 4, 300, generator=generator, dtype=torch.float64)
    hidden = (0.3 * hidden).requires_grad_()
    logits = hidden @ weight.T
    vectors, largest, second = leading_eigenvectors(logits, hidden)
    outputs = Outputs(logits, hidden, torch.zeros(1, 4), torch.zeros(1, 4))
    for k in range(4):
        values, basis = torch.linalg.eigh(fisher_matrix(outputs, 0, k))
        torch.testing.assert_close(largest[0, k], values[-1], rtol=1e-10, atol=0)
        torch.testing.assert_close(second[0, k], values[-2], rtol=1e-6, atol=0)
        if values[-2] / values[-1] < 0.95:
            overlap = (vectors[0, k] @ basis[:, -1]).abs().item()
            assert abs(overlap - 1) < 1e-10


def test_fisher_of_a_space_that_is_soon_exhausted() -> None:
    """Two tokens: the matrix has rank one, and its second eigenvalue is zero."""
    weight = torch.eye(2, 6, dtype=torch.float64)
    hidden = torch.ones(1, 1, 6, dtype=torch.float64).requires_grad_()
    vectors, largest, second = leading_eigenvectors(hidden @ weight.T, hidden)
    torch.testing.assert_close(largest, torch.full((1, 1), 0.5, dtype=torch.float64))
    assert second.item() < 1e-12
    expected = torch.tensor([0.5, 0.5, 0, 0, 0, 0], dtype=torch.float64).sqrt()
    torch.testing.assert_close(vectors[0, 0].abs(), expected, atol=1e-8, rtol=0)


def test_fisher_needs_no_float64(monkeypatch) -> None:
    """As on `mps`, which has none: the vector is then as good as float32 allows."""
    model, frame = build("llama"), windows(2)
    exact = measure(model, frame, ["fisher"], bos_id=None)
    monkeypatch.setattr(fisher, "_wide", lambda tensor: tensor.float())
    wide = []
    real = fisher.eigh
    monkeypatch.setattr(fisher, "eigh", lambda m: wide.append(m.dtype) or real(m))
    got = measure(model, frame, ["fisher"], bos_id=None)
    assert set(wide) == {torch.float32}
    lambda1, ratio = exact.predictions.fisher_lambda1, exact.predictions.fisher_ratio
    np.testing.assert_allclose(got.predictions.fisher_lambda1, lambda1, rtol=1e-4)
    np.testing.assert_allclose(got.predictions.fisher_ratio, ratio, rtol=1e-3)
    np.testing.assert_allclose(got.influence.influence, exact.influence.influence, rtol=1e-2)
