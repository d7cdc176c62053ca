"""The command `explain`: in the terminal, as files, as JSON, and its mistakes."""

import json
from pathlib import Path

import pytest
from tiny_study import write_model

from token_influence.cli import main
from token_influence.config.faithfulness import METHODS
from token_influence.files import read_json


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("model") / "tiny"
    write_model(folder)
    return str(folder)


def explain(model: str, *more: str, prompt: str = "the sea") -> int:
    return main(["explain", "--model", model, "--prompt", prompt, "--device", "cpu", *more])


def test_the_terminal_shows_the_prompt_and_writes_nothing(model, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert explain(model, "--target", "x", "--method", "distance") == 0
    shown = capsys.readouterr().out
    assert "Explained: x · distance" in shown
    assert "t[7]h[6]e[5] [4]s[3]e[2]a[1]" in shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("terminal", "no_color"), [(True, ""), (True, "1"), (False, "")])
def test_colour_is_for_terminals_that_want_it(model, capsys, monkeypatch, terminal, no_color):
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    monkeypatch.setenv("NO_COLOR", no_color)
    assert explain(model, "--method", "distance") == 0
    assert ("\x1b[30;48;2" in capsys.readouterr().out) == (terminal and not no_color)


def test_the_files_hold_the_same_record_as_json(model, capsys, tmp_path: Path):
    asked = ["--contrast", "x", "y", "--before", "sea", "--method", "semantic"]
    assert explain(model, *asked, "--out", str(tmp_path / "out"), "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("prompt.html", "prompt.json", "prompt.png", "prompt.svg")
    }
    assert read_json(tmp_path / "out/prompt.json") == record
    assert record["explanations"][0]["target"] == "x rather than y before 'sea'"
    assert record["model"] == "tiny"


@pytest.mark.parametrize(
    ("more", "prompt", "sentence"),
    [
        ([], " ", "The prompt prompt is empty; allowed is a text of at least one word."),
        (["--target", "xy"], "sea", "The target 'xy' of the prompt prompt is 2 tokens; allowed is"),
        (["--position", "3"], "sea", "at position 3, but its text has 3 tokens, so 0 to 2 are"),
        ([], "sea " * 20, "is 80 tokens long, but the model reads at most 64."),
        (["--system", "x"], "sea", "has no chat template, which the prompt prompt asks for"),
        (["--method", "all"], "sea", "Unknown attribution method 'all'; allowed: "),
        (["--position", "1", "--before", "a"], "sea", "Both a position and words are given"),
    ],
)
def test_a_mistake_is_one_sentence(model, capsys, tmp_path, more, prompt, sentence):
    assert explain(model, *more, "--out", str(tmp_path / "out"), prompt=prompt) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_help_names_every_method(capsys):
    with pytest.raises(SystemExit):
        main(["explain", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert all(method in shown for method in METHODS)
