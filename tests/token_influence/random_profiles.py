"""Profiles of every kind, for tests of searches."""

import numpy as np


def random_profiles(number: int, n: int, seed: int) -> np.ndarray:
    """Positive profiles of six kinds: noise, random walks, noisy decays, rises, heavy tails."""
    rng = np.random.default_rng(seed)
    r = np.arange(1.0, n + 1)
    kinds = [
        lambda: rng.lognormal(size=n),
        lambda: np.exp(np.cumsum(0.3 * rng.standard_normal(n))),
        lambda: (rng.uniform(0, 0.1) + (r + 1) ** -rng.uniform(0.05, 4)) * noise(0.3),
        lambda: (rng.uniform(0, 0.1) + np.exp(-r / rng.uniform(0.2, 3 * n))) * noise(0.3),
        lambda: (1 + rng.uniform(0, 2) * r / n) * noise(0.1),
        lambda: np.abs(rng.standard_cauchy(n)) + 1e-3,
    ]

    def noise(size: float) -> np.ndarray:
        return np.exp(rng.uniform(0, size) * rng.standard_normal(n))

    return np.array([kinds[at % 6]() for at in range(number)])
