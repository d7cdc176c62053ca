"""The defaults of one measurement stand in one place, for the library and for the command line."""

import pytest

from token_influence import cli
from token_influence.standalone import measuring
from token_influence.standalone.choices import Choices, fits_on

GIVEN = ["measure", "--model", "m", "--text", "t"]


def choices(*options: str) -> Choices:
    """The choices of a command line."""
    return measuring.choices(cli.parser().parse_args([*GIVEN, *options]))


def test_a_command_line_without_options_gives_the_defaults() -> None:
    assert choices() == Choices()
    assert choices().settings == Choices().settings


def test_every_option_is_passed_on() -> None:
    given = choices(
        *("--windows", "3", "--length", "64", "--positions", "2", "--min-position", "9"),
        *("--objective", "fisher", "--objective", "temperature", "--shuffled"),
        *("--seed", "7", "--device", "cpu", "--range", "2..9"),
        *("--dtype", "bfloat16", "--slow-bfloat16"),
    )
    assert given == Choices(
        windows=3,
        length=64,
        positions=2,
        min_position=9,
        objectives=("fisher", "temperature"),
        order="shuffled",
        seed=7,
        device="cpu",
        dtype="bfloat16",
        slow_bfloat16=True,
        fits=fits_on("2..9"),
    )


def test_another_default_is_that_of_the_command_line_and_its_help(monkeypatch, capsys) -> None:
    monkeypatch.setattr(
        measuring, "DEFAULTS", Choices(windows=33, length=99, objectives=("fisher",))
    )
    assert choices() == Choices(windows=33, length=99, objectives=("fisher",))
    with pytest.raises(SystemExit):
        cli.main(["measure", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    for words in ("windows (default: 33)", "(default: 99)", "(default: fisher)"):
        assert words in shown


@pytest.mark.parametrize(
    ("changes", "lowest", "label"),
    [
        ({}, 256, "1..100"),
        ({"length": 128}, 64, "1..64"),
        ({"length": 128, "min_position": 120}, 120, "1..100"),
        ({"fits": fits_on("full")}, 256, "full"),
    ],
)
def test_the_range_ends_where_every_prediction_has_its_tokens(changes, lowest, label) -> None:
    chosen = Choices(**changes)
    assert chosen.lowest_position == lowest
    assert chosen.settings.ranges == (label,)
