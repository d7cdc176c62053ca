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
