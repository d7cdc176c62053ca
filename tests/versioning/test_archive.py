"""The recorded version as one file, and back."""

import json
import shutil
import sys
import tarfile
from collections import Counter
from pathlib import Path

import pytest
from tiny_study import REPOSITORY
from versioned_study import Versioned

ARCHIVE = (sys.executable, "tools/archive.py")
CORPORA = {"resources/corpora/first.parquet", "resources/corpora/second.parquet"}


def pack(study: Versioned) -> Path:
    assert "The recorded version is in dist/" in study.succeeds(*ARCHIVE, "pack")
    (archive,) = (study.folder / "dist").glob("*.tar.gz")
    return archive.rename(study.folder.with_name("archive.tar.gz"))


@pytest.mark.long
def test_a_version_is_packed_deposited_and_brought_back(study: Versioned):
    shutil.copy(REPOSITORY / "CITATION.cff", study.folder)
    study.commit("Say how to cite")
    archive = pack(study)
    with tarfile.open(archive) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
        metadata = json.load(
            opened.extractfile(f"{opened.getnames()[0].partition('/')[0]}/datacite.json")
        )
    assert "results/tables/decay.csv" in held
    assert "resources/sources/first-text/manifest.json" in held
    assert not held & CORPORA  # their licence is not known
    assert metadata["types"]["resourceTypeGeneral"] == "Dataset"
    first = archive.read_bytes()
    assert pack(study).read_bytes() == first

    study.edit("tools/archive.py", "(public domain|", "(own|public domain|")
    study.commit("Pass on what is ours")
    archive = pack(study)
    colleague = study.clone("colleague")
    words = colleague.fails(*ARCHIVE, "restore", str(archive.with_name("no.tar.gz")))
    assert "no.tar.gz is no archive of results" in words
    assert "Registered " in colleague.succeeds(*ARCHIVE, "restore", str(archive))
    assert colleague.outputs() == study.outputs()
    assert colleague.stale() == {}
    assert colleague.plan() == Counter()

    colleague.edit("dvc.lock", "schema: '2.0'", "schema: '2.0' ")
    assert "holds another version" in colleague.fails(*ARCHIVE, "restore", str(archive))
    assert "is not committed" in colleague.fails(*ARCHIVE, "pack")
    assert not list(colleague.folder.glob(".restore-*"))
