"""The longest job, and the parts that make it shorter."""

import pytest

from token_influence.cost.parts import Slowest, slowest_change, windows_of_part
from token_influence.cost.responses import Changes

FACTS = {"small": {"parameters": 134_515_008}, "large": {"parameters": 10 * 134_515_008}}


@pytest.mark.parametrize(
    ("window", "start", "expected"),
    [(600.1, 5.0, 1), (150.0, 5.0, 4), (100.0, 5.0, 4), (1.0, 5.0, 512), (250.0, 250.0, 8)],
)
def test_the_proposed_parts_take_minutes_or_ten_times_their_start(window, start, expected):
    assert windows_of_part(window, start) == expected


def test_shorter_parts_are_proposed_where_the_longest_job_takes_twice_as_long():
    assert Slowest(100.0, 5.0, longest=811.0).proposed == 4 * 100.0 + 5.0
    assert Slowest(100.0, 5.0, longest=809.0).proposed is None


def test_the_slowest_change_has_its_own_windows_and_start():
    changes = [
        Changes("measure_perturbations", "small", windows=8, operations=2e9, seeds=2),
        Changes("measure_sources", "large", windows=4, operations=3e9, seeds=2),
    ]
    found = slowest_change(changes, FACTS, rate=1e9, per_job=None)
    assert found == Slowest(window=3.0, start=50.0, longest=50.0 + 4 * 3.0)
    found = slowest_change(changes[:1], FACTS, rate=1e9, per_job=3)
    assert found == Slowest(window=2.0, start=5.0, longest=5.0 + 3 * 2.0)
