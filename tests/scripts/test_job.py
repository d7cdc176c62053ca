"""What every script shares: its log, its records, and one sentence for what a user can mend."""

import errno
import gc
from importlib import import_module, reload
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from token_influence.errors import WindowError
from token_influence.provenance.changes import read_record

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The context manager of every script."""
    monkeypatch.syspath_prepend(SCRIPTS)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")  # which importing it would set for good
    return import_module("_job").job


@pytest.fixture
def snakemake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What Snakemake gives to a script with one input and one output."""
    monkeypatch.chdir(tmp_path)
    Path("input").write_text("input")
    return SimpleNamespace(
        rule="draw_windows", log=["log"], input=["input"], output=["output"], params={"seed": 0}
    )


def test_a_finished_job_leaves_a_record_of_each_output(job: Any, snakemake: SimpleNamespace):
    with job(snakemake) as log:
        log.write("a line\n")
        Path("output").write_text("made")
    record = read_record("output")
    assert record is not None
    assert (set(record.params), set(record.inputs)) == ({"seed"}, {"input"})
    assert Path("log").read_text() == "a line\n"


def test_no_garbage_is_collected_until_the_job_begins(job: Any, snakemake: SimpleNamespace):
    reload(import_module("_job"))
    assert not gc.isenabled()
    with job(snakemake):
        Path("output").write_text("made")
        assert gc.isenabled()


def test_a_mistake_is_one_sentence_and_leaves_no_record(
    job: Any, snakemake: SimpleNamespace, capsys
):
    Path("output").write_text("half")
    with pytest.raises(SystemExit), job(snakemake):
        raise WindowError("the text is too short")
    assert capsys.readouterr().err == "draw_windows: the text is too short\n"
    assert "Traceback" in Path("log").read_text()
    assert read_record("output") is None


def test_a_full_disk_is_one_sentence(job: Any, snakemake: SimpleNamespace, capsys):
    snakemake.log = ["/dev/full"]
    with pytest.raises(SystemExit), job(snakemake) as log:
        log.write("a line\n")
    assert capsys.readouterr().err == f"draw_windows: the disk of {Path.cwd()} is full.\n"


def test_an_error_of_the_code_stays_an_error(job: Any, snakemake: SimpleNamespace):
    for fault in (KeyError("a"), OSError(errno.EIO, "input/output error")):
        with pytest.raises(type(fault)), job(snakemake):
            raise fault
        assert "Traceback" in Path("log").read_text()


def test_a_record_holds_the_chain_of_each_input(job: Any, snakemake: SimpleNamespace):
    with job(snakemake):
        Path("output").write_text("made")
    first = read_record("output")
    snakemake.input, snakemake.output = ["output"], ["later"]
    with job(snakemake):
        Path("later").write_text("made later")
    second = read_record("later")
    assert first is not None
    assert second is not None
    assert second.inputs["output"].chain == first.chain
