"""What `make reproduce` says of the committed version."""

import json
from pathlib import Path
from types import ModuleType

import pytest
from own_tools import load


@pytest.fixture
def reproduced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool, with a cache of DVC that holds the lists `one.dir` and `two.dir`."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "tools")
    lists = {"one.dir": {"a": "1", "b": "2"}, "two.dir": {"a": "1", "b": "3", "c": "4"}}
    tool = load("reproduced")
    monkeypatch.setattr(tool, "entries", lambda md5: iter(lists[md5].items()))
    monkeypatch.setattr(tool, "copy_of", Path)
    monkeypatch.setattr(tool, "holds", lambda path, md5: md5 in lists)
    return tool


RECORDED = {
    "results/figures": {"md5": "one.dir", "nfiles": 2},
    "results/tables": {"md5": "x.dir", "nfiles": 5},
    "results/metrics.json": {"md5": "m"},
}


def test_equal_files_are_counted_and_differing_groups_named(reproduced: ModuleType):
    assert reproduced.compared(RECORDED, RECORDED, True) == [
        "same as recorded: metrics; 8 of 8 files to the byte"
    ]
    figures = RECORDED | {"results/figures": {"md5": "two.dir", "nfiles": 3}}
    assert reproduced.compared(RECORDED, figures, True) == [
        "same as recorded: metrics; 7 of 8 files to the byte",
        "files differ in results/figures (docs/versioning.md says when)",
    ]


def test_a_list_that_is_not_here_and_other_metrics_are_said(reproduced: ModuleType):
    other = {"results/figures": {"md5": "one.dir", "nfiles": 2}, "results/tables": {"md5": "y.dir"}}
    assert reproduced.compared(RECORDED, other, False) == [
        "same as recorded: at least 2 of 8 files to the byte",
        "the metrics differ from the recorded ones: `dvc metrics diff` shows them",
        "files differ in results/tables, results/metrics.json (docs/versioning.md says when)",
    ]


def test_without_a_committed_version_nothing_is_said(reproduced, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("results").mkdir()
    Path("results/metrics.json").write_text(json.dumps({}))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "none"))
    reproduced.main()
    assert capsys.readouterr().out == ""
