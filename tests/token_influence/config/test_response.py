"""The section `response`: its keys, and what is refused in them."""

import pytest
from raw_studies import assert_refused, change


@pytest.mark.parametrize(
    ("key", "value", "parts"),
    [
        ("epsilons", [0.0, 0.1], ["response.epsilons[0]: found 0", "1"]),
        ("epsilons", [0.1, 0.01], ["response: found the epsilons [0.1, 0.01]; allowed are ascend"]),
        ("distances", [4, 2], ["response: found the distances [4, 2]; allowed are ascending"]),
        ("interventions", ["erase"], ["response.interventions[0]: found 'erase'", "'swap'"]),
        ("interventions", ["mean", "mean"], ["each intervention is allowed once"]),
        ("orders", ["sorted"], ["response.orders[0]: found 'sorted'", "shuffled"]),
        ("classes", {"tail": 0}, ["response.classes.tail: found 0"]),
        (
            "classes",
            {"tail": 9, "head": 1},
            ["response.classes.head: unknown key; allowed here: tail"],
        ),
        ("directions", 0, ["response.directions: found 0"]),
        ("windows", 1, ["response.windows: found 1", "2"]),
        (
            "every_source",
            {"windows": 1, "length": 64},
            ["response.every_source.windows: found 1"],
        ),
    ],
)
def test_a_bad_key_is_refused_with_one_sentence(key, value, parts):
    assert_refused(change(f"response/{key}", value), parts)
