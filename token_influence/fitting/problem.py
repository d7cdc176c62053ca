"""The separable least-squares problem: the best γ and β of many profiles at given shapes θ.

γ and β enter linearly, so that they follow in closed form, with their signs respected (Golub and
Pereyra, SIAM J. Numer. Anal. 10, 1973). A search over θ alone is left; `linear_scale` does it.
"""

from dataclasses import dataclass

import numpy as np

from token_influence.fitting.families import Family

NEGLIGIBLE = 1e-280  # sums of squares below this are underflow: such a φ says nothing


@dataclass(frozen=True)
class Fits:
    """Fits of one family to B profiles: float64 arrays [B], theta [B, shapes].

    rss: weighted residual sum of squares. theta is NaN where β = 0, since θ is then undetermined.
    """

    gamma: np.ndarray
    beta: np.ndarray
    theta: np.ndarray
    rss: np.ndarray


@dataclass(frozen=True)
class Linear:
    """Best γ and β, and `gain`: by how much they lower the weighted sum of squares of the profile.

    The three arrays have the same shape.
    """

    gamma: np.ndarray
    beta: np.ndarray
    gain: np.ndarray


class Problem:
    """Profiles to fit: distance float64 [n], profiles float64 [B, n], weights [n] > 0 or None.

    `r`, `y` and `w` are the distances, profiles and weights (1 where None is given), `bounds`
    [shapes, 2] those of the shapes; the other attributes are sums that every evaluation needs.
    """

    def __init__(
        self,
        family: Family,
        distance: np.ndarray,
        profiles: np.ndarray,
        weights: np.ndarray | None = None,
    ):
        self.family = family
        self.r = np.asarray(distance, np.float64)
        self.y = np.atleast_2d(np.asarray(profiles, np.float64))
        self.w = np.ones(len(self.r)) if weights is None else np.asarray(weights, np.float64)
        self.total = self.w.sum()
        self.yw = self.y * self.w
        self.square = np.einsum("bn,bn->b", self.y, self.yw)
        self.mean = self.yw.sum(axis=1) / self.total
        self.bounds = np.array([shape.bounds(self.r[-1]) for shape in family.shapes]).reshape(-1, 2)

    def curves(self, theta: np.ndarray) -> np.ndarray:
        """φ [M, n] at shape parameters theta [M, shapes]."""
        phi = self.family.curve(self.r, *theta.T[:, :, None])
        return np.broadcast_to(phi, (len(theta), len(self.r)))

    def linear(
        self, mean_y: np.ndarray, mean_phi: np.ndarray, cff: np.ndarray, cfy: np.ndarray
    ) -> Linear:
        """Best γ ≥ 0 and β ≥ 0 from the means of y and φ and their centred sums of products."""
        sff = cff + self.total * mean_phi**2
        sfy = cfy + self.total * mean_phi * mean_y
        usable = sff > NEGLIGIBLE
        beta_only = np.maximum(np.where(usable, sfy, 0.0) / np.where(usable, sff, 1.0), 0.0)
        if not self.family.offset:
            return Linear(np.zeros_like(beta_only), beta_only, beta_only * sfy)
        gamma_only = np.maximum(mean_y, 0.0) + np.zeros_like(beta_only)
        usable = cff > NEGLIGIBLE
        beta = np.where(usable, cfy, -1.0) / np.where(usable, cff, 1.0)
        gamma = mean_y - beta * mean_phi
        inside = (beta > 0) & (gamma >= 0)
        # Outside the quadrant the best point lies on one of its edges.
        gain_beta, gain_gamma = beta_only * sfy, self.total * gamma_only * mean_y
        on_beta = gain_beta > gain_gamma
        return Linear(
            np.where(inside, gamma, np.where(on_beta, 0.0, gamma_only)),
            np.where(inside, beta, np.where(on_beta, beta_only, 0.0)),
            np.where(
                inside,
                beta * cfy + self.total * mean_y**2,
                np.where(on_beta, gain_beta, gain_gamma),
            ),
        )

    def at(self, theta: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, Linear]:
        """φ [M, n], residuals [M, n] and γ, β [M] of the profiles `rows` [M] at theta [M, shapes]."""
        phi = self.curves(theta)
        mean_phi = phi @ self.w / self.total
        centred = phi - mean_phi[:, None]
        cff = np.einsum("mn,mn,n->m", centred, centred, self.w)
        cfy = np.einsum("mn,mn->m", centred, self.yw[rows])
        linear = self.linear(self.mean[rows], mean_phi, cff, cfy)
        residuals = self.y[rows] - linear.gamma[:, None] - linear.beta[:, None] * phi
        return phi, residuals, linear

    def fits(self, theta: np.ndarray) -> Fits:
        """The fits at known shape parameters theta [B, shapes]."""
        _, residuals, linear = self.at(theta, np.arange(len(self.y)))
        rss = np.einsum("mn,mn,n->m", residuals, residuals, self.w)
        determined = np.where(linear.beta[:, None] > 0, theta, np.nan)
        return Fits(linear.gamma, linear.beta, determined, rss)
