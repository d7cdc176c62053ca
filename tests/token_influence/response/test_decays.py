"""Effects by distance, of a known power law and a known exponential."""

import numpy as np
import pandas as pd
import pytest

from token_influence.decay.settings import Bootstrap
from token_influence.response.decays import effects_table, fits_table, long_effects

DISTANCES = np.array([0, 1, 2, 4, 8, 16, 32, 64, 128, 256])
BOOTSTRAP = Bootstrap(resamples=60)
FAMILIES = ["power_law", "exponential", "constant"]


def effects(curve) -> pd.DataFrame:
    """Effects of zeros around a curve of the distance; the change of log p has either sign."""
    rng = np.random.default_rng(0)
    rows = [(0, w, 300, d) for w in range(24) for d in DISTANCES]
    table = pd.DataFrame(rows, columns=["seed", "window", "position", "distance"])
    size = curve(table["distance"]) * rng.lognormal(0, 0.1, len(table))
    sign = rng.choice([-1, 1], len(table))
    return long_effects(
        table.assign(model="m", intervention="zeros", log_p=sign * size, divergence=size / 2)
    )


def test_medians_are_of_sizes() -> None:
    table = effects_table(effects(lambda r: (r + 1.0) ** -0.8), ["model"], BOOTSTRAP)
    log_p = table[table["effect"] == "log_p"].set_index("distance")
    assert list(log_p.index) == DISTANCES.tolist()
    assert (log_p["median"] > 0).all()
    assert (log_p["median_low"] <= log_p["median"]).all()
    assert set(log_p["n"]) == {24}


def test_a_power_law_is_found_with_its_exponent() -> None:
    table = fits_table(
        effects(lambda r: (r + 1.0) ** -0.8), ["model"], FAMILIES, "linear", BOOTSTRAP
    )
    fit = table[(table["effect"] == "log_p") & (table["family"] == "power_law")].iloc[0]
    assert fit["p_low"] < 0.8 < fit["p_high"]
    assert fit["nearness_low"] > 2 / 3
    assert fit["near_to_far_low"] > 1.1
    assert (fit["distance_min"], fit["distance_max"], fit["distances"]) == (1, 256, 9)
    assert fit["r_squared"] > 0.95
    assert fit["identified"]
    assert fit["reason"] is None
    assert len(table) == 2 * len(FAMILIES)


def test_an_exponential_is_not_taken_for_a_power_law() -> None:
    table = fits_table(
        effects(lambda r: 0.01 + np.exp(-r / 6)), ["model"], FAMILIES, "linear", BOOTSTRAP
    )
    fit = table[table["family"] == "exponential"].iloc[0]
    assert fit["nearness_high"] < 2 / 3
    assert fit["xi_low"] < 6 < fit["xi_high"]


@pytest.mark.parametrize(
    ("curve", "windows", "reason"),
    [
        (lambda r: 1.0 + 0 * r, 24, "does not fall with distance"),
        (lambda r: 1e-9 + np.exp(-3.0 * r), 24, "p is at its bound 5"),
        (lambda r: (r + 1.0) ** -0.8, 5, "too few windows have all distances"),
    ],
)
def test_a_fit_that_does_not_determine_its_exponent_says_so(curve, windows, reason) -> None:
    some = effects(curve)
    some = some[some["window"] < windows]
    table = fits_table(some, ["model"], ["power_law"], "linear", BOOTSTRAP)
    assert not table["identified"].any()
    assert table["reason"].str.contains(reason).all(), table["reason"].tolist()


def test_predictions_without_all_distances_leave_it_untold() -> None:
    """Each window lacks another distance, so that there is a median everywhere and no trend."""
    some = effects(lambda r: (r + 1.0) ** -0.8)
    lacking = some["distance"].to_numpy() == DISTANCES[1:][some["window"].to_numpy() % 9]
    table = fits_table(some[~lacking], ["model"], ["power_law"], "linear", BOOTSTRAP)
    assert not table["identified"].any()
    assert table["reason"].str.contains("too few windows have all distances").all()


def test_families_with_as_many_parameters_as_distances_are_left_out() -> None:
    few = effects(lambda r: (r + 1.0) ** -0.8)
    few = few[few["distance"].isin([0, 1, 4, 16])]
    table = fits_table(few, ["model"], FAMILIES, "linear", BOOTSTRAP)
    assert set(table["family"]) == {"constant"}
