"""What is said of the fits on one range: of each alone, and of families beside one another."""

import pytest
from simulated_arms import BOOTSTRAP, arm

from token_influence.decay.comparison import LEFT_OUT
from token_influence.decay.fits import fit_range, on_range
from token_influence.decay.judgement import judge
from token_influence.decay.resampling import samples


@pytest.fixture(scope="module")
def drawn():
    return samples(arm(), 46, BOOTSTRAP)


def test_only_families_that_are_compared_stand_beside_one_another(drawn):
    ranged = on_range(drawn[-1], 1, 40, "linear", "uniform")
    fits = fit_range(ranged, ["power_law", "constant", "exponential"])
    judged = judge(fits, ["power_law", "constant"], BOOTSTRAP)
    assert list(judged.judgements) == ["power_law", "constant", "exponential"]
    assert list(judged.comparisons) == ["power_law", "constant"]
    weights = [comparison.akaike_weight for comparison in judged.comparisons.values()]
    assert sum(weights) == pytest.approx(1)
    shares = [comparison.left_out["win_share"] for comparison in judged.comparisons.values()]
    assert sum(shares) == pytest.approx(1)
    assert judge(fits, [], BOOTSTRAP).comparisons == {}
    assert judged.trend.direction == "falls"
    assert judged.judgements["power_law"].reason is None


def test_a_single_seed_is_not_judged_by_windows_left_out(drawn):
    ranged = on_range(drawn[0], 1, 40, "linear", "uniform")
    judged = judge(fit_range(ranged, ["power_law"]), ["power_law"], BOOTSTRAP)
    assert judged.comparisons["power_law"].left_out == dict.fromkeys(LEFT_OUT)
    assert judged.comparisons["power_law"].unconstrained["p"] > 0
