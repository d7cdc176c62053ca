"""Settings: the ranges that they choose, and what they refuse."""

from dataclasses import replace

import pytest
from simulated_arms import PUBLISHED

from token_influence.decay.settings import Bootstrap, Settings, Sweep, settings_from
from token_influence.errors import DecayError

SWEEP = Sweep(["power_law"], [0, 4], [9, 12, 400])


def test_unknown_families_are_refused():
    with pytest.raises(DecayError, match="family 'parabola' is none of constant, power_law"):
        replace(PUBLISHED, families=["parabola"])
    with pytest.raises(DecayError, match="family 'parabola' is none of"):
        replace(PUBLISHED, sweep=replace(SWEEP, families=["parabola"]))


def test_the_sweep_has_every_range_that_is_not_too_short():
    assert SWEEP.ranges(30) == ["0..9", "0..12", "0..30", "4..30"]
    assert SWEEP.ranges(11) == ["0..9", "0..11"]


def test_the_full_range_shortens_as_sources_are_left_out():
    settings = Settings(["power_law"], ["1..20", "full"], [0, 4], sweep=SWEEP)
    spans = [[choice.span for choice in settings.chosen(skip, 30 - skip)] for skip in (0, 4)]
    assert spans == [[(1, 20), (1, 30)], [(1, 20), (1, 26)]]
    assert {choice.skip for choice in settings.chosen(4, 26)} == {4}
    assert [choice.label for choice in settings.swept(4, 26)] == SWEEP.ranges(26)
    assert replace(settings, sweep=None).swept(4, 26) == []
    with pytest.raises(DecayError, match=r"range 1\.\.20 does not lie within 0\.\.15"):
        settings.chosen(0, 15)


def test_a_job_s_plain_values_become_settings():
    decay = {
        "families": ["power_law"],
        "ranges": ["full"],
        "scale": "log",
        "weighting": "uniform",
        "sweep": {"families": ["power_law"], "lowest": [1], "highest": [20]},
        "bootstrap": {"resamples": 7, "cluster": "document"},
    }
    assert settings_from(decay, [4]) == Settings(
        families=["power_law"],
        ranges=["full"],
        skip_sources=[4],
        scale="log",
        bootstrap=Bootstrap(resamples=7, cluster="document"),
        sweep=Sweep(["power_law"], [1], [20]),
    )
