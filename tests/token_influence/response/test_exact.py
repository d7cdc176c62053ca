"""Arithmetic in float64 throughout."""

import torch
from tiny_models import build

from token_influence.response.continuing import Continuing
from token_influence.response.exact import arithmetic, exact_copy


def test_tiny_changes_keep_their_digits() -> None:
    """Without the lifting, norms and attention of a Llama round at 1e-7, far above this change."""
    model = build("llama")
    exact = exact_copy(model)
    assert (model.dtype, exact.dtype) == (torch.float32, torch.float64)
    x = torch.randn(6, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    move = torch.randn(16, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    rows = torch.stack([x[2], x[2] + 1e-8 * move, x[2] + 2e-8 * move])[:, None]
    logits = Continuing(exact, x, cached=True).logits(2, rows)
    torch.testing.assert_close(
        logits[2] - logits[0], 2 * (logits[1] - logits[0]), rtol=1e-5, atol=1e-14
    )


def test_other_models_compute_as_always() -> None:
    with arithmetic(build("llama")):
        assert torch.ones(1).double().float().dtype == torch.float32
