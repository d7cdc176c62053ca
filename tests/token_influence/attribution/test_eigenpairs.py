"""All eigenpairs against the decomposition of the full matrix."""

import numpy as np
import pytest
import torch
from fisher_matrices import HEADS, fisher_matrix, outputs_of
from tiny_models import Double

from token_influence.attribution import eigenpairs as module
from token_influence.attribution.eigenpairs import eigenpairs


@pytest.mark.parametrize("name", HEADS)
def test_all_eigenpairs_are_those_of_the_full_matrix(name: str, monkeypatch) -> None:
    monkeypatch.setattr(module, "PRODUCTS_AT_ONCE", 5)  # the width is 16: chunks of unequal size
    with Double():
        outputs = outputs_of(name)
        assert outputs.hidden is not None
        values, vectors = eigenpairs(outputs.logits, outputs.hidden)
        assert values.shape == (2, 3, 16)
        for b, k in np.ndindex(2, 3):
            expected = torch.linalg.eigvalsh(fisher_matrix(outputs, b, k)).flip(-1)
            torch.testing.assert_close(values[b, k], expected, rtol=1e-10, atol=1e-14)
            again = vectors[b, k] @ values[b, k].diag() @ vectors[b, k].T
            matrix = fisher_matrix(outputs, b, k)
            torch.testing.assert_close(again, matrix, rtol=1e-9, atol=1e-12)
