"""All eigenpairs of the Fisher information of the final hidden state (arXiv 2601.16407)."""

import torch
from torch import Tensor

from token_influence.influence.fisher import eigh, fisher_product

# Products with so many vectors at once: more save little time, and each needs memory for V numbers.
PRODUCTS_AT_ONCE = 32


def eigenpairs(logits: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
    """All eigenvalues [B, P, d], largest first, and eigenvectors [B, P, d, d] (its columns).

    The arguments and the precision are those of `influence.fisher.leading_eigenvectors`. Here the matrix
    is built, from d products at each position: for the leading pair alone the other function is faster.
    """
    product = fisher_product(logits, hidden)
    unit = torch.eye(hidden.shape[-1], dtype=hidden.dtype, device=hidden.device)
    vectors = unit[:, None, None].expand(-1, *hidden.shape)
    images = torch.cat([product(some) for some in vectors.split(PRODUCTS_AT_ONCE)])
    matrix = images.permute(1, 2, 0, 3)
    values, columns = eigh((matrix + matrix.mT) / 2)
    return values.flip(-1).clamp(min=0), columns.flip(-1)
