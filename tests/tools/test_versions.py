"""What `make record` keeps of files that no study makes, and how it reads the studies."""

from pathlib import Path
from types import ModuleType

import pytest
from own_tools import load

from token_influence.errors import ConfigError


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.chdir(tmp_path)
    Path("studies").mkdir()
    Path("config.yaml").write_text("models: {a: {}}\n")
    return load("versions")


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
