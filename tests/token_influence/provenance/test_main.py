"""How many lines of code each rule depends on; what a job must not depend on."""

from pathlib import Path

import pytest
from tiny_study import REPOSITORY

from token_influence.provenance import __main__ as shown
from token_influence.provenance.code import reachable

SCRIPTS = sorted((REPOSITORY / "scripts").glob("[!_]*.py"))
NETWORK = {"downloads", "hub", "mirrors", "package_index", "retries", "transport"}


def names(script: Path, room: str) -> set[str]:
    """The modules of a room that the identity of `script` covers."""
    return {file.stem for file in reachable(script) if file.parent.name == room}


def test_each_rule_is_printed_with_its_lines(monkeypatch, capsys):
    monkeypatch.chdir(REPOSITORY)
    shown.main()
    printed = capsys.readouterr().out.splitlines()
    assert {line.rpartition(" ")[2] for line in printed} == {script.stem for script in SCRIPTS}
    shown.main("reorder_windows")
    files = capsys.readouterr().out.splitlines()
    total = sum(int(line.split()[0].replace(",", "")) for line in files)
    (whole,) = (line for line in printed if line.endswith(" reorder_windows"))
    assert whole.split()[0] == f"{total:,}"


def test_a_measurement_depends_on_fewer_than_2500_lines():
    assert sum(shown.lines(REPOSITORY / "scripts/measure_influence.py").values()) < 2500


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_no_job_depends_on_how_files_are_downloaded(script):
    """Another number of retries must fetch, prepare and measure nothing again."""
    assert not names(script, "sources") & NETWORK


@pytest.mark.parametrize("rule", ["measure_influence", "draw_windows", "check_precision"])
def test_a_job_that_reads_a_checkpoint_does_not_depend_on_how_it_was_made(rule):
    script = REPOSITORY / f"scripts/{rule}.py"
    assert not names(script, "models") & {"building", "gguf", "gguf_header", "registration"}
    assert not names(script, "sources") & {"archives", "fetch", "kinds"}


def test_a_corpus_does_not_depend_on_how_its_sources_were_fetched():
    assert not names(REPOSITORY / "scripts/build_corpus.py", "sources") & {"archives", "kinds"}
