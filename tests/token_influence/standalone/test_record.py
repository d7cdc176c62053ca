"""The record of one measurement: lines for a terminal, and a folder that is whole or absent."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from token_influence.errors import OutputError
from token_influence.standalone.record import closing, new_folder, opening

FAMILY = {"identified": True, "r_squared": 0.987, "win_share": 0.75}
SUMMARY = {
    "objectives": {
        "true_logit": {
            "range": "1..24",
            "families": {
                "power_law": FAMILY
                | {"parameters": {"p": {"estimate": 0.91, "low": 0.85, "high": 0.97}}},
                "exponential": FAMILY | {"parameters": None, "win_share": None},
                "constant": FAMILY | {"parameters": {}, "win_share": 0.0},
            },
            "verdict": {"sentence": "The power law is ahead."},
        }
    },
    "loss": {"mean": 4.123, "se": 0.05, "unit": "nats per token"},
}


def test_the_results_are_lines_of_columns() -> None:
    assert closing(SUMMARY) == [
        "true_logit, r = 1..24:",
        "  power law    p = 0.91 [0.85, 0.97]  R² 0.987  best in 75% of resamples",
        "  exponential  xi not determined      R² 0.987",
        "  constant                            R² 0.987  best in 0% of resamples",
        "  The power law is ahead.",
        "loss 4.12 ± 0.05 nats per token",
    ]


@pytest.mark.parametrize(
    ("documents", "order", "words"),
    [
        (1, "intact", ["text: novel, 1 document, 1,234 tokens", "tokens in their order"]),
        (2, "shuffled", ["text: novel, 2 documents, 1,234 tokens", "shuffled tokens"]),
    ],
)
def test_what_is_measured_is_said_before(documents, order, words) -> None:
    measured = {"windows": 4, "length": 48, "positions": 2, "min_position": 24, "order": order}
    lines = opening(
        {
            "model": {"name": "tiny", "architecture": "Llama", "parameters": 12345},
            "text": {"name": "novel", "documents": documents, "tokens": 1234},
            "measured": measured | {"objectives": ["fisher"], "ranges": ["1..24"]},
            "machine": {"device": "cpu", "dtype": "float32", "torch_threads": 1},
        }
    )
    assert lines[0] == "model: tiny, Llama, 12,345 parameters"
    for part in [*words, "fitted: r = 1..24", "on: cpu, float32, CPU threads: 1"]:
        assert part in "\n".join(lines)


def test_the_folder_appears_on_success_alone(tmp_path: Path) -> None:
    with new_folder(tmp_path / "a/b") as folder:
        (folder / "x").touch()
        assert not (tmp_path / "a").exists()
    assert [path.name for path in (tmp_path / "a/b").iterdir()] == ["x"]
    with pytest.raises(RuntimeError), new_folder(tmp_path / "c"):
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_of_two_that_write_to_one_folder_the_first_wins(tmp_path: Path) -> None:
    with ExitStack() as stack:
        slower = stack.enter_context(new_folder(tmp_path / "a"))
        with new_folder(tmp_path / "a") as faster:
            (faster / "x").touch()
        (slower / "y").touch()
        with pytest.raises(OutputError, match=r"a can't be written: Directory not empty\."):
            stack.close()
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["a", "a/x"]


def test_a_folder_that_is_not_empty_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").touch()
    for name, words in (("full", "is not empty"), ("full/x", "is a file; name a folder")):
        with pytest.raises(OutputError, match=words), new_folder(tmp_path / name):
            pass
