"""Leading eigenvectors of the Fisher information of the final hidden state, without building it.

The matrix is `Jᵀ (diag p − p pᵀ) J` with `J = ∂z/∂y`, the Jacobian of the logits z by the final hidden
state y (arXiv 2601.16407). Its products with vectors are computed by automatic differentiation through
all that the model does between y and z (a projection, a bias, a scale, a soft cap). So no matrix of
V×V or V×d is built, and all positions of a batch share each product.
"""

import torch
from torch import Tensor

MAX_STEPS = 128


def leading_eigenvectors(logits: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """u₁ [B, P, d] and the two largest eigenvalues λ₁, λ₂ [B, P] for each position.

    All are in float64, or in float32 on `mps`, which has no float64.

    `logits` [B, P, V] must depend on `hidden` [B, P, d] row by row. The method is Lanczos's with full
    reorthogonalisation from one fixed start vector. It ends when the residuals of all positions are at
    rounding level, so the rest of the batch changes a result by rounding errors alone.
    """
    product = fisher_product(logits, hidden)
    eps = torch.finfo(hidden.dtype).eps
    basis = [_start(hidden)]
    diagonal: list[Tensor] = []
    off_diagonal: list[Tensor] = []
    for step in range(min(hidden.shape[-1], MAX_STEPS)):
        image = product(basis[-1])
        diagonal.append((basis[-1] * image).sum(-1))
        rest = _orthogonalise(image, basis)
        beta = torch.linalg.vector_norm(rest, dim=-1)
        values, vectors = eigh(_tridiagonal(diagonal, off_diagonal))
        if step > 0 and _converged(values, vectors, beta, eps):
            break
        off_diagonal.append(beta)
        # Without a remainder the space is exhausted; zero vectors then add eigenvalues of zero.
        exhausted = beta <= 50 * torch.finfo(beta.dtype).eps * values[..., -1]
        basis.append(torch.where(exhausted[..., None], 0.0, rest / beta[..., None]))
    steps = len(diagonal)
    first = torch.einsum("...k,k...d->...d", vectors[..., -1], torch.stack(basis[:steps]))
    second = values[..., -2] if steps > 1 else torch.zeros_like(values[..., -1])
    return first / first.norm(dim=-1, keepdim=True), values[..., -1], second.clamp(min=0)


def fisher_product(logits: Tensor, hidden: Tensor):
    """The function u [B, P, d] ↦ Jᵀ (diag p − p pᵀ) J u, with results in wide numbers.

    It also takes several vectors at once, [K, B, P, d].
    """
    p = torch.softmax(_wide(logits.detach()), dim=-1)
    # The vector-Jacobian product Jᵀ w is linear in w, so its derivative by w gives products with J.
    w = torch.zeros_like(logits, requires_grad=True)
    (pulled,) = torch.autograd.grad(logits, hidden, w, create_graph=True)

    def product(u: Tensor) -> Tensor:
        several = {"retain_graph": True, "is_grads_batched": u.ndim > hidden.ndim}
        (pushed,) = torch.autograd.grad(pulled, w, u.to(pulled.dtype), **several)
        v = _wide(pushed)
        v = p * (v - (p * v).sum(-1, keepdim=True))
        (image,) = torch.autograd.grad(logits, hidden, v.to(logits.dtype), **several)
        return _wide(image)

    return product


def _start(hidden: Tensor) -> Tensor:
    """The same unit vector for every position; random, so that it is orthogonal to no eigenvector."""
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(hidden.shape[-1], generator=generator, dtype=torch.float64)
    start = (start / start.norm()).to(_wide(hidden[:0]).dtype)
    return start.to(hidden.device).expand(hidden.shape).contiguous()


def _wide(tensor: Tensor) -> Tensor:
    """The tensor in the most precise numbers that the device has."""
    return tensor.float() if tensor.device.type == "mps" else tensor.double()


def eigh(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues and eigenvectors of small matrices, computed on the CPU: `mps` has no `eigh`."""
    values, vectors = torch.linalg.eigh(matrix.cpu())
    return values.to(matrix.device), vectors.to(matrix.device)


def _orthogonalise(vector: Tensor, basis: list[Tensor]) -> Tensor:
    """`vector` without its components along `basis`; done twice, since rounding spoils one pass."""
    for _ in range(2):
        for other in basis:
            vector = vector - (vector * other).sum(-1, keepdim=True) * other
    return vector


def _tridiagonal(diagonal: list[Tensor], off_diagonal: list[Tensor]) -> Tensor:
    matrix = torch.diag_embed(torch.stack(diagonal, dim=-1))
    if off_diagonal:
        off = torch.stack(off_diagonal, dim=-1)
        matrix = matrix + torch.diag_embed(off, offset=1) + torch.diag_embed(off, offset=-1)
    return matrix


def _converged(values: Tensor, vectors: Tensor, beta: Tensor, eps: float) -> bool:
    """Whether both leading pairs are as precise as the arithmetic allows, at every position.

    The error of an eigenvalue is quadratic in its residual. Of the second pair only the eigenvalue is
    kept, so for it a residual at the square root of the precision is enough.
    """
    residual = beta[..., None] * vectors[..., -1, -2:].abs()
    largest = values[..., -1]
    first = residual[..., 1] <= 10 * eps * largest
    second = residual[..., 0] <= eps**0.5 * largest
    return bool((first & second).all())
