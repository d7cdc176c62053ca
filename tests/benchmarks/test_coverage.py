"""The simulated studies: their truth, and what clusters make of a document's own effect."""

import re
from types import ModuleType

import numpy as np
import pytest

from token_influence.decay.resampling import draw_counts
from token_influence.fitting.linear_scale import fit


@pytest.fixture
def coverage(load) -> ModuleType:
    return load("coverage")


@pytest.fixture
def pool(coverage):
    return coverage.pools(None, "", coverage.DISTANCES)["synthetic residuals"]


def test_the_truth_is_the_fit_to_the_median_of_the_population(coverage, pool):
    rng = np.random.default_rng(0)
    windows, spread, level = 6000, 0.6, 0.5
    residuals, clusters = coverage.draw(pool, windows, rng)
    p = coverage.P + spread * rng.standard_normal(windows)
    common = level * rng.standard_normal(windows)
    values = coverage.curve(p[clusters, None]) * np.exp(common[clusters, None] + residuals)
    median = np.median(values, axis=0)[None]
    expected = fit(coverage.FAMILY, coverage.R, median).theta[0, 0]
    found = coverage.truth(pool, spread, level)
    assert found == pytest.approx(expected, abs=0.02)  # the drawn median's own error: 0.013


def test_documents_as_clusters_give_wider_intervals_than_their_windows(coverage, pool):
    groups = np.repeat(np.arange(8), 4)
    ways = {
        "windows": coverage.Draws(lambda b: draw_counts([32], [0], b), 32),
        "documents": coverage.Draws(lambda b: draw_counts([8], [0], b)[:, groups], 8),
    }
    row = coverage.simulate(pool, groups, 0.6, 0.3, ways, ("percentile",), 4)
    windows, documents = map(float, re.findall(r"\((.*?)\)", row))
    assert documents > 1.3 * windows
