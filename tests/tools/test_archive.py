"""Which texts an archive may hold."""

from pathlib import Path
from types import ModuleType

import pytest
from own_tools import load


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "tools")
    return load("archive")


@pytest.mark.parametrize(
    ("licence", "passed_on"),
    [
        ("Public domain (Project Gutenberg)", True),
        ("CC BY-SA 3.0 (Wikipedia, May 2016)", True),
        ("CC BY 4.0", True),
        ("CC0", True),
        ("CC BY-NC-ND 4.0", False),
        ("CC BY-ND 4.0", False),
        ("as of the LAMBADA data set (novels under copyright)", False),
        ("not stated", False),
        ("Public domain; own", False),
    ],
)
def test_only_texts_that_may_be_passed_on_are_packed(archive: ModuleType, licence, passed_on):
    corpus, table = Path("resources/corpora/a.parquet"), Path("results/tables/decay.csv")
    assert archive.allowed(corpus, {corpus: licence}) is passed_on
    assert archive.allowed(table, {corpus: licence})


def test_an_interrupted_archive_leaves_no_file(archive: ModuleType, monkeypatch, tmp_path):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    for name in ("dvc.lock", "config.yaml", "requirements.lock"):
        Path(name).write_text("one: 1\n")
    monkeypatch.setattr(archive, "recorded_commit", lambda: ("0" * 40, 2026))
    for name, found in {"recorded_files": {}, "corpus_licences": {}, "outputs": []}.items():
        monkeypatch.setattr(archive, name, lambda found=found: found)
    monkeypatch.setattr(archive, "metadata", lambda *arguments: {})
    monkeypatch.setattr(archive, "add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        archive.pack()
    assert list(tmp_path.glob("dist/*")) == []
