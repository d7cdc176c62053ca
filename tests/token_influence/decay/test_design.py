"""The variance behind p, and the widths that it predicts, against simulated studies that know it."""

import numpy as np
import pytest

from token_influence.decay.design import (
    Design,
    Variance,
    cheapest,
    components,
    influence_values,
    nested_variances,
    variance_from,
    variance_record,
    windows_to_decide,
)
from token_influence.decay.resampling import weighted_medians
from token_influence.fitting.families import FAMILIES
from token_influence.fitting.linear_scale import fit

R = np.arange(1.0, 41)
POWER = FAMILIES["power_law"]


def study(documents, windows, positions, rng):
    """Predictions [N, distances] with effects in p of documents, windows and positions; their codes."""
    of = np.repeat(np.arange(documents), windows * positions)
    window = np.repeat(np.arange(documents * windows), positions)
    moved = 0.25 * rng.standard_normal(documents)[of]
    moved += 0.25 * rng.standard_normal(documents * windows)[window]
    moved += 0.25 * rng.standard_normal(len(of))
    noise = 0.5 * rng.standard_normal((len(of), len(R)))
    logs = np.log(0.02 + 0.5 * (R + 1) ** -0.85) - moved[:, None] * (np.log1p(R) - 2)
    return np.exp(logs + noise), window, of


def exponents(medians):
    return fit(POWER, R, medians).theta[:, 0]


def predicted(pilots, design, shared):
    """The mean standard deviation of p that the pilots predict for (windows, positions)."""
    found = [Variance(one.documents, one.windows, one.positions, shared) for one in pilots]
    return np.mean([np.sqrt(one.of(*design)) for one in found])


@pytest.fixture(scope="module")
def pilots():
    rng = np.random.default_rng(0)
    found = []
    for _ in range(30):
        values, windows, documents = study(16, 2, 4, rng)
        found.append(components(influence_values(values, R), windows, documents))
    return found


@pytest.mark.parametrize(
    ("documents", "windows", "positions"), [(16, 2, 4), (64, 2, 4), (32, 4, 2), (128, 1, 8)]
)
def test_pilots_of_32_windows_predict_the_spread_of_p_in_other_designs(
    pilots, documents, windows, positions
):
    """One pilot tells the standard deviation to about 20 %, their mean to 4 %; the spread to 4 %."""
    rng = np.random.default_rng(1)
    estimates = [
        exponents(np.median(study(documents, windows, positions, rng)[0], axis=0)[None])[0]
        for _ in range(300)
    ]
    total = documents * windows
    found = predicted(pilots, (total, positions), (windows - 1) / (total - 1))
    assert found == pytest.approx(np.std(estimates), rel=0.12)


def test_the_expected_width_is_that_of_the_bootstrap():
    rng = np.random.default_rng(2)
    values, windows, _ = study(128, 1, 4, rng)
    counts = rng.multinomial(128, np.full(128, 1 / 128), 400)
    resampled = exponents(weighted_medians(values, windows, counts))
    low, high = np.quantile(resampled, [0.025, 0.975])
    found = components(influence_values(values, R), windows)
    assert found.width(128, 4) == pytest.approx(high - low, rel=0.2)


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize(("name", "parameter"), [("power_law", "gamma"), ("exponential", "xi")])
def test_influence_values_are_by_how_much_a_prediction_that_is_drawn_twice_moves_a_fit(
    name, parameter, scale
):
    """Shifting weight to one half of the predictions moves the parameter by their mean influence."""
    from token_influence.fitting.least_squares import estimate, parameter_values

    rng = np.random.default_rng(3)
    values, _, _ = study(500, 1, 4, rng)
    moves = influence_values(values, R, name, parameter, scale=scale)
    assert abs(moves.mean()) < 1e-9 * np.abs(moves).max()
    heavy = moves > np.median(moves)
    counts = np.where(heavy, 21, 19)[None]
    medians = [
        np.median(values, axis=0)[None],
        weighted_medians(values, np.arange(len(values)), counts),
    ]
    before, after = (
        parameter_values(FAMILIES[name], estimate(FAMILIES[name], R, one, None, scale), parameter)[
            0
        ]
        for one in medians
    )
    assert after - before == pytest.approx(moves @ counts[0] / counts.sum(), rel=0.25)


def test_a_range_that_starts_at_0_has_a_distance_that_never_varies():
    values, windows, _ = study(16, 2, 4, np.random.default_rng(4))
    values = np.column_stack([np.ones(len(values)), values])
    moves = influence_values(values, np.arange(41.0))
    assert np.isfinite(moves).all()
    assert components(moves, windows).width(32, 4) > 0


def test_p_that_is_not_determined_has_no_influence_values():
    rising = 0.1 + 0.01 * R * np.random.default_rng(5).lognormal(0, 0.1, (20, 40))
    assert np.isnan(influence_values(rising, R)).all()


def test_nested_variances_of_unequal_groups_are_right_in_the_mean():
    sizes = [1, 2, 9, 4, 1, 6]
    rng = np.random.default_rng(6)
    window = np.repeat(np.arange(23), rng.integers(1, 6, 23))
    document = np.repeat(np.arange(6), sizes)[window]
    found = []
    for _ in range(3000):
        values = 2 * rng.standard_normal(6)[document] + 1.5 * rng.standard_normal(23)[window]
        found.append(
            nested_variances(
                values + rng.standard_normal(len(window)),
                [document, window, np.arange(len(window))],
            )
        )
    np.testing.assert_allclose(np.mean(found, axis=0), [4, 2.25, 1], rtol=0.08)


def test_equal_groups_give_the_textbook_estimates():
    """One-way analysis of variance: (MS between − MS within) / size."""
    values = np.array([1.0, 3.0, 6.0, 8.0, 2.0, 2.0])
    groups = np.repeat([0, 1, 2], 2)
    within, between = (2 + 2 + 0) / 3, 2 * np.var([2, 7, 2], ddof=1)
    found = nested_variances(values, [groups, np.arange(6)])
    np.testing.assert_allclose(found, [(between - within) / 2, within])


def test_a_variance_that_would_be_negative_is_0_and_the_others_take_its_part():
    values = np.array([1.0, -1.0, -1.0, 1.0])
    found = nested_variances(values, [np.array([0, 0, 1, 1]), np.arange(4)])
    np.testing.assert_allclose(found, [0, 4 / 3])


def test_what_cannot_be_told_apart_is_held_by_the_windows():
    values = np.random.default_rng(7).standard_normal(24)
    alone = components(values, np.arange(24), np.arange(24) // 2)
    assert alone.positions == 0
    assert alone.documents is not None
    few = components(values, np.arange(24), np.minimum(np.arange(24), 20))
    assert few.documents is None
    assert few.windows == pytest.approx(np.var(values, ddof=1))
    assert few.shared == pytest.approx(4 * 3 / (24 * 23))


KNOWN = Variance(documents=0.5, windows=0.3, positions=0.8, shared=0.1)


def test_the_variance_of_a_mean_is_that_of_its_documents_windows_and_positions():
    """Two documents with 3 and 1 windows: Σ n_d²/N² = 10/16."""
    own = Variance(0.5, 0.3, 0.8, shared=6 / 12)
    assert own.of(4, 2) == pytest.approx(0.5 * 10 / 16 + 0.3 / 4 + 0.8 / 8)


@pytest.mark.parametrize("width", [1.0, 0.95, 2.0])
def test_the_windows_for_a_width_are_the_fewest_that_reach_it(width):
    windows = KNOWN.windows_for(width, 4)
    assert KNOWN.width(windows, 4) <= width < KNOWN.width(windows - 1, 4)


def test_documents_bound_the_width_from_below():
    assert KNOWN.windows_for(0.8, 4) is None
    assert cheapest(KNOWN, 0.8, float, [1, 4]) is None


def test_the_cheapest_design_is_that_of_a_search_over_all():
    def seconds(positions):
        return 3.0 + positions

    best = cheapest(KNOWN, 1.0, seconds, range(1, 30))
    costs = {
        (windows, positions): windows * seconds(positions)
        for positions in range(1, 30)
        for windows in range(2, 200)
        if KNOWN.width(windows, positions) <= 1.0
    }
    assert (best.windows, best.positions) == min(costs, key=costs.get)
    assert best == Design(best.windows, best.positions, min(costs.values()))


def test_a_record_gives_the_variance_back():
    assert variance_from(variance_record(KNOWN)) == KNOWN
    untold = Variance(None, 0.3, 0.8, 0.0)
    assert variance_from(variance_record(untold) | {"variance_documents": np.nan}) == untold
    assert variance_from(variance_record(None)) is None
    assert variance_from({}) is None


@pytest.mark.parametrize(("estimate", "bound"), [(0.8, 0.7), (0.5, 0.7), (0.9, 0.7)])
def test_that_many_windows_decide_in_80_percent_of_studies(estimate, bound) -> None:
    """Estimates vary normally around the truth, with 1.96 standard errors on either side."""
    pilot, error = 32, 0.15
    half = 1.96 * error
    windows = windows_to_decide(pilot, estimate, estimate - half, estimate + half, bound)
    narrower = error * np.sqrt(pilot / windows)
    studies = estimate + narrower * np.random.default_rng(0).standard_normal(20_000)
    decided = np.abs(studies - bound) > 1.96 * narrower
    assert 0.79 < decided.mean() < 0.87  # the number is rounded up to two digits


def test_only_the_side_towards_the_bound_counts() -> None:
    assert windows_to_decide(32, 0.8, 0.6, 9.0, 0.7) == windows_to_decide(32, 0.8, 0.6, 1.0, 0.7)
    assert windows_to_decide(32, 0.6, -9.0, 0.8, 0.7) == windows_to_decide(32, 0.6, 0.4, 0.8, 0.7)


@pytest.mark.parametrize(
    ("estimate", "low", "high"),
    [(0.7, 0.6, 0.8), (0.7001, 0.6, 0.8), (0.8, float("nan"), 1.0), (0.8, float("-inf"), 1.0)],
)
def test_no_number_is_named_where_the_pilot_says_nothing(estimate, low, high) -> None:
    assert windows_to_decide(32, estimate, low, high, 0.7) is None


def test_documents_that_windows_share_ask_for_more_windows() -> None:
    number = (32, 0.8, 0.6, 1.0, 0.7)
    alone = Variance(None, 0.3, 0.8, 0.0)
    assert windows_to_decide(*number, alone, 4) == windows_to_decide(*number)
    shared = Variance(0.02, 0.28, 0.8, shared=0.02)
    assert windows_to_decide(*number, shared, 4) > windows_to_decide(*number)
    assert windows_to_decide(*number, KNOWN, 4) is None  # no number of windows is enough
