"""The line of progress of `make reproduce`, and that it hides nothing that Snakemake says."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from own_tools import load
from tiny_study import REPOSITORY, new_clone

TOOL = REPOSITORY / "tools/reproduce.py"


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(REPOSITORY / "tools")
    monkeypatch.chdir(REPOSITORY)  # its config.yaml says what jobs take
    return load("reproduce")


def event(**values: object) -> str:
    return f"\x1e{json.dumps(values)}\n"


@pytest.mark.parametrize("option", [["--configfile", "no.yaml"], ["--configfiles=no.yaml"]])
def test_a_config_that_is_not_there_is_one_sentence(tool, monkeypatch, capsys, option):
    monkeypatch.setattr(sys, "argv", ["reproduce.py", "--cores", "1", *option, "--", "all"])
    monkeypatch.setattr(tool.subprocess, "Popen", None)  # Snakemake is not asked
    assert tool.main() == 1
    assert capsys.readouterr().err == "--configfile: found 'no.yaml', but there is no such file.\n"


def test_configs_that_are_there_are_found_among_all_other_arguments(tool):
    both = ["--configfile", "config.yaml", "studies/paper.yaml", "--config", "seeds=[no.yaml]"]
    assert tool.missing_configs(["--cores", "1", *both, "--", "no.yaml"]) == []


def test_events_move_the_line_and_words_are_shown_as_they_came(tool, capsys):
    line = tool.Line()
    line.read(event(cores=2))
    line.read(event(planned={"measure_influence": 4, "draw_sweep": 1, "all": 1}))
    assert re.search(r"^6 jobs, about \d+ min on 2 cores", capsys.readouterr().err)
    line.read(event(started=3, rule="measure_influence"))
    line.read(event(started=4, rule="measure_influence"))
    line.read("measure_influence: A sentence of a job.\n")
    line.read(f"words without an end{event(ended=3)}")
    assert capsys.readouterr().err == (
        "measure_influence: A sentence of a job.\nwords without an end\n"
    )
    assert (line.work.done, len(line.work.running)) == (1, 1)


def test_elsewhere_than_on_a_terminal_a_plain_line_comes_once_in_a_while(tool, capsys):
    line = tool.Line()
    line.read(event(planned={"draw_sweep": 2}))
    line.read(event(started=1, rule="draw_sweep"))
    capsys.readouterr()
    line.draw()
    assert capsys.readouterr().err == ""
    line.last -= tool.SECONDS_BETWEEN_LINES
    line.draw()
    told = capsys.readouterr().err
    assert re.fullmatch(r"\d+%, less than a minute left, 0 of 2 jobs; now draw_sweep\n", told)


def test_on_a_terminal_the_line_is_redrawn_and_removed_at_the_end(tool, monkeypatch):
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", screen)
    line = tool.Line()
    line.read(event(planned={"draw_sweep": 2}))
    line.read(event(started=1, rule="draw_sweep"))
    line.draw()
    line.read("A sentence.\n")
    line.close()
    told = screen.getvalue()
    assert "0 of 2 jobs; now draw_sweep" in told
    assert re.search(r"\rA sentence\.\n", told), "the line makes room for it"
    assert told.split("\r")[-1].strip() == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(20, "less than a minute"), (640, "about 11 min"), (4 * 3600, "about 4.0 h")],
)
def test_times_are_told_in_words(tool, seconds, words):
    assert tool.told(seconds) == words


def test_many_kinds_of_jobs_are_cut_short(tool):
    work = tool.Work({}, dict.fromkeys("abcd", 1.0), 1)
    for job, rule in enumerate("aabcd"):
        work.start(job, rule, 0.0)
    assert tool.state(work, 0.0).endswith("now a (2), b, c, …")


@pytest.mark.long
def test_a_run_shows_its_progress_its_errors_and_its_status(tmp_path: Path):
    """First with a model that cannot be read, then mended, then with nothing left to do."""
    fresh = new_clone(tmp_path / "clone")

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, str(TOOL), "--cores", "2", *arguments],
            cwd=fresh.folder,
            env=fresh.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert "\x1e" not in done.stdout
        assert "Traceback" not in done.stdout
        return done.returncode, done.stdout

    settings = fresh.folder / "inputs/model/config.json"
    text = settings.read_text()
    settings.write_text("{")
    status, words = run("--", "models")
    assert status == 1
    assert re.search(r"^prepare_model: .*config\.json", words, re.MULTILINE), words
    assert "Error in rule prepare_model:" in words
    assert "logs/results/prepare_model" in words
    assert "Complete log(s):" in words

    settings.write_text(text)
    status, words = run("--", "corpora", "models")
    assert status == 0
    assert re.search(r"^\d+ jobs, less than a minute on 2 cores", words, re.MULTILINE)
    assert not re.search(r"^(local)?rule ", words, re.MULTILINE), "that is in Snakemake's log"
    logs = sorted(Path(fresh.folder, ".snakemake/log").glob("*.log"), key=os.path.getmtime)
    assert "rule build_corpus:" in logs[-1].read_text()

    status, words = run("--", "corpora", "models")
    assert status == 0
    assert "Nothing to be done" in words

    fresh.configure(windows__lenght=3)
    status, words = run("--", "corpora")
    assert status == 1
    assert "windows.lenght" in words
