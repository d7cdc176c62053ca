"""Seals tell an altered file from a touched, a deleted and an unknown one."""

import os

import pytest

from token_influence.seals import mark, seal


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a/b").mkdir(parents=True)


def test_an_altered_file_gets_another_mark_and_the_next_job_keeps_it(tmp_path):
    path = tmp_path / "a/b/file"
    path.write_text("made")
    assert mark("a/b/file") is None
    seal("a/b/file", None)
    assert mark("a/b/file") is None
    path.write_text("forged")
    altered = mark("a/b/file")
    assert altered is not None
    path.unlink()  # as Snakemake does before the job that runs because of the mark
    assert mark("a/b/file") == altered
    path.write_text("made")
    seal("a/b/file", altered)
    assert mark("a/b/file") == altered


def test_touching_or_deleting_is_not_altering(tmp_path):
    path = tmp_path / "a/b/file"
    path.write_text("made")
    seal("a/b/file", "m")
    os.utime(path, (0, 0))
    assert mark("a/b/file") == "m"
    path.unlink()
    assert mark("a/b/file") == "m"


def test_an_alteration_of_equal_size_is_seen(tmp_path):
    path = tmp_path / "a/b/file"
    path.write_text("made")
    seal("a/b/file", None)
    path.write_text("MADE")
    assert mark("a/b/file") is not None
