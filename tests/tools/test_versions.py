"""What `make record` keeps of files that no study makes, and how it reads the studies."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from tiny_study import REPOSITORY

from token_influence.errors import ConfigError


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("versions", REPOSITORY / "tools/versions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, "versions", module)
    spec.loader.exec_module(module)
    monkeypatch.chdir(tmp_path)
    Path("studies").mkdir()
    Path("config.yaml").write_text("models: {a: {}}\n")
    return module


def test_files_set_aside_before_are_kept(versions: ModuleType):
    out = "stages: {study: {outs: [results/figures: {persist: true}]}}"
    Path("dvc.yaml").write_text(out)
    notes = Path("results/figures/notes.txt")
    notes.parent.mkdir(parents=True)
    for number in ("1", "2"):
        notes.write_text(number)
        assert versions.set_aside(set()) == (1, Path("results/set_aside", number))
    kept = [Path("results/set_aside", number, notes).read_text() for number in ("1", "2")]
    assert kept == ["1", "2"]


def test_studies_of_every_suffix_count_and_sections_of_other_types_do_not(versions: ModuleType):
    Path("studies/b.yml").write_text("models: [c]\ncorpora: {b: {}}\n")
    assert versions.inputs_of_studies() == {"a", "b"}


@pytest.mark.parametrize("content", [b"a: [", b"- a", b"\xff\x00"])
def test_a_study_that_cannot_be_read_is_one_sentence(versions: ModuleType, content: bytes):
    Path("studies/b.yaml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"studies/b\.yaml"):
        versions.inputs_of_studies()
