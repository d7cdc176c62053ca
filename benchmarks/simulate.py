"""Simulated studies with a known population, from the residuals of real profiles.

A study draws whole windows, with replacement, from a pool of windows. Each prediction of the pool
is a curve of log residuals around the pool's median profile, so that noise keeps its tails, its
correlation along distance and within windows. A pool is small, so that its own median is any value
in a gap between two predictions, and studies' medians jump; as in a smoothed bootstrap, a normal
jitter of a quarter of the residuals' spread fills the gaps. The residuals are centred so that the
population's median is 0 at every distance: a curve times exp(residuals) has that curve as its
population median, exactly.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtr

from token_influence.decay.resampling import FOLDS, Sample, draw_folds
from token_influence.decay.settings import Bootstrap
from token_influence.profiles.normalise import (
    INFLUENCE_COLUMNS,
    NormalisedProfiles,
    normalised_profiles,
)


@dataclass(frozen=True)
class Pool:
    """Log residuals float64 [predictions, distances 1..] around the pool's `median` [distances].

    clusters: int [predictions], the index of each prediction's window. jitter: standard deviation.
    """

    residuals: np.ndarray
    clusters: np.ndarray
    median: np.ndarray
    jitter: float

    @property
    def windows(self) -> int:
        return int(self.clusters.max()) + 1


def smooth_median(values: np.ndarray, jitter: float) -> np.ndarray:
    """Median [distances] of the columns of `values` [N, distances] with normal jitter added."""
    low, high = values.min(axis=0), values.max(axis=0)
    for _ in range(40):
        middle = (low + high) / 2
        below = ndtr((middle - values) / jitter).mean(axis=0) < 0.5
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def centred(log: np.ndarray, clusters: np.ndarray) -> Pool:
    """The pool of log profiles [predictions, distances] around their smoothed median."""
    inner = np.quantile(log, [0.25, 0.75], axis=0)
    jitter = float(0.25 * np.median(inner[1] - inner[0]) / 1.349)
    median = smooth_median(log, jitter)
    return Pool(log - median, clusters, np.exp(median), jitter)


def pool_of(profiles: list[NormalisedProfiles], distances: int) -> Pool:
    """The pool of all windows of `profiles`, at distances 1..distances."""
    values = np.concatenate([part.values[:, 1 : distances + 1] for part in profiles])
    if np.isnan(values).any():
        raise SystemExit(f"some predictions have fewer than {distances} distances")
    names = np.concatenate([part.seed * 10**6 + part.windows for part in profiles])
    return centred(np.log(values), np.unique(names, return_inverse=True)[1])


def real_pools(study: Path, distances: int) -> dict[str, Pool]:
    """One pool per arm and objective below `study`/influence, seeds together."""
    pools = {}
    for folder in sorted({path.parent for path in (study / "influence").rglob("seed*.parquet")}):
        frames = {
            int(path.stem.removeprefix("seed")): pd.read_parquet(
                path, columns=["objective", *INFLUENCE_COLUMNS]
            )
            for path in sorted(folder.glob("seed*.parquet"))
        }
        for objective in sorted(frames[min(frames)]["objective"].unique()):
            profiles = [
                normalised_profiles(frame[frame["objective"] == objective], seed)
                for seed, frame in frames.items()
            ]
            arm = folder.relative_to(study / "influence").as_posix()
            pools[f"{arm}/{objective}"] = pool_of(profiles, distances)
    if not pools:
        raise SystemExit(f"no influence files below {study / 'influence'}")
    return pools


def synthetic_pool(distances: int, windows: int = 64, positions: int = 4, seed: int = 0) -> Pool:
    """Stand-in residuals: Student-t tails, correlated along distance and within windows."""
    rng = np.random.default_rng(seed)
    n = windows * positions
    clusters = np.repeat(np.arange(windows), positions)
    noise = 0.7 * rng.standard_t(5, (n, distances))
    slow = 0.3 * rng.standard_normal((n, 8)) + 0.3 * rng.standard_normal((windows, 8))[clusters]
    knots = np.log1p(np.arange(1, distances + 1)) / np.log1p(distances) * 7
    smooth = np.stack([np.interp(knots, np.arange(8), row) for row in slow])
    median = 0.02 + 0.5 * np.arange(2, distances + 2) ** -0.85
    return centred(np.log(median) + noise + smooth, clusters)


def pools(study: Path | None, arm: str, distances: int) -> dict[str, Pool]:
    """The pools that a benchmark asks for: real ones whose name holds `arm`, or the stand-in."""
    if study is None:
        return {"synthetic residuals": synthetic_pool(distances)}
    found = {name: pool for name, pool in real_pools(study, distances).items() if arm in name}
    if not found:
        raise SystemExit(f"no arm of {study} has {arm!r} in its name")
    return found


def as_sample(values: np.ndarray, clusters: np.ndarray, seed: int) -> Sample:
    """Predictions [predictions, distances 1..] of a study as a `Sample` without resamples."""
    windows = int(clusters.max()) + 1
    values = np.column_stack([np.ones(len(values)), values])  # distance 0
    return Sample(
        seed="0",
        values=values,
        clusters=clusters,
        counts=np.empty((0, windows), dtype=int),
        folds=draw_folds([windows], [0], min(FOLDS, windows), Bootstrap(seed=seed)),
        windows=windows,
        units=windows,
        strata=1,
    )


def draw(pool: Pool, windows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One study's residuals [predictions, distances] and the window [predictions] of each."""
    chosen = rng.integers(pool.windows, size=windows)
    members = [np.flatnonzero(pool.clusters == window) for window in chosen]
    study = np.repeat(np.arange(windows), [len(rows) for rows in members])
    residuals = pool.residuals[np.concatenate(members)]
    return residuals + pool.jitter * rng.standard_normal(residuals.shape), study
