"""Where p and γ lie together, and where a power law meets its floor."""

import json
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.path import Path as Polygon
from simulated_arms import BOOTSTRAP, PUBLISHED, arm, pooled, rising

from token_influence.decay.joint import joint_region
from token_influence.decay.records import decay_records
from token_influence.decay.resampling import samples
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.least_squares import estimate

DEVIATION = np.array([0.1, 0.005])


def resampled(correlation: float, number: int = 2000) -> np.ndarray:
    """Normal p and γ around 0.9 and 0.02, very different in size as real ones are."""
    rng = np.random.default_rng(0)
    covariance = [[1, correlation], [correlation, 1]]
    return [0.9, 0.02] + DEVIATION * rng.multivariate_normal([0, 0], covariance, number)


@pytest.mark.parametrize("correlation", [-0.99, 0.0, 0.91])
@pytest.mark.parametrize("level", [0.5, 0.95])
def test_the_region_holds_its_share_of_the_resamples_and_the_deepest_ones(correlation, level):
    points = resampled(correlation)
    region = joint_region(points, level)
    assert region["correlation"] == pytest.approx(correlation, abs=0.05)
    np.testing.assert_allclose(region["covariance"], np.cov(points.T))
    polygon = np.array(region["polygon"])
    assert 8 <= len(polygon) <= 40
    inside = Polygon(polygon).contains_points(points)
    assert inside.mean() == pytest.approx(level, abs=0.015)
    # Of a normal distribution, the deepest points are those within an ellipse.
    distance = np.einsum("bi,ij,bj->b", points - [0.9, 0.02], np.linalg.inv(np.cov(points.T)),
                         points - [0.9, 0.02])  # fmt: skip
    ellipse = distance < np.quantile(distance, level)
    assert (inside == ellipse).mean() > 0.96


def test_the_polygon_is_convex_and_counterclockwise():
    corners = np.array(joint_region(resampled(0.9), 0.95)["polygon"]) / DEVIATION
    sides = np.roll(corners, -1, axis=0) - corners
    following = np.roll(sides, -1, axis=0)
    assert (sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0] > 0).all()


def test_the_region_ignores_undetermined_resamples_and_ends_at_the_bound_of_gamma():
    points = resampled(0.9)
    points[:, 1] = np.maximum(points[:, 1] - 0.02, 0)
    with_lost = np.concatenate([points, [[np.nan, 0.01]] * 5])
    region = joint_region(with_lost, 0.95)
    assert region == joint_region(points, 0.95)
    assert min(gamma for _, gamma in region["polygon"]) == 0


@pytest.mark.parametrize(
    "points",
    [
        np.full((10, 2), np.nan),
        np.array([[0.8, 0.0], [0.9, 0.0], [1.0, 0.0]]),
        np.array([[0.8, 0.1], [0.9, 0.2], [1.0, 0.3]]),
        np.array([[0.8, 0.1], [0.9, 0.2]]),
    ],
)
def test_there_is_no_region_where_p_and_gamma_do_not_vary_in_two_directions(points):
    assert joint_region(points, 0.95) is None


def test_records_hold_the_region_and_the_floor_distance_of_the_power_law_alone():
    records = decay_records(arm(), PUBLISHED)
    json.dumps(records, allow_nan=False)
    power = pooled(records["fits"])
    values = {name: numbers["estimate"] for name, numbers in power["parameters"].items()}
    assert power["joint"]["centre"] == [values["p"], values["gamma"]]
    assert Polygon(power["joint"]["polygon"]).contains_point(power["joint"]["centre"])
    for fit in records["fits"]:
        assert ("joint" in fit) == (fit["family"] == "power_law" and fit["seed"] == "pooled")
        assert ("floor_distance" in fit) == (fit["family"] == "power_law")

    floor = power["floor_distance"]
    term = values["beta"] * (floor["estimate"] + 1) ** -values["p"]
    assert term == pytest.approx(values["gamma"])
    assert floor["low"] < (0.5 / 0.02) ** (1 / 0.85) - 1 < float(floor["high"])


def test_an_estimate_that_is_a_constant_has_no_region_though_resamples_fall():
    profiles = arm(seeds=(0,), curve=lambda r: 0.03 + 0.0001 * r, windows=4)
    records = decay_records(profiles, PUBLISHED)
    json.dumps(records, allow_nan=False)
    power = pooled(records["fits"])
    assert power["reason"]
    assert power["parameters"]["p"]["estimate"] is None
    assert power["joint"] is None
    from_resamples = samples(profiles, 40, BOOTSTRAP)[-1].resampled[:, 1:]
    fits = estimate(FAMILIES["power_law"], np.arange(1.0, 41), from_resamples, None, "linear")
    assert np.ptp(fits.gamma[fits.beta > 0]) > 0


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        (lambda r: 0.5 * (r + 1) ** -0.85, "inf"),
        (lambda r: 0.5 + 0.01 * (r + 1) ** -0.85, 0.0),
        (rising, None),
    ],
)
def test_the_floor_distance_without_a_floor_under_it_and_without_a_decay(curve, expected):
    profiles = arm(curve=curve, noise=1e-4, shared=0.0)
    # At equal noise, the best fit of a law without floor has γ = 0 in about half of the resamples.
    found = pooled(decay_records(profiles, replace(PUBLISHED, families=["power_law"]))["fits"])
    floor = found["floor_distance"]
    if expected == "inf":
        assert floor["high"] == "inf"
        assert floor["low"] > 1000
    else:
        assert [floor[key] for key in ("estimate", "low", "high")] == [expected] * 3
