"""Dumps are read as streams; only articles with prose become documents."""

import bz2
import gzip
from pathlib import Path

import pytest

from token_influence.corpora import wikipedia
from token_influence.corpora.build import build_corpus
from token_influence.corpora.wikipedia import articles, read_wikipedia
from token_influence.errors import CorpusError

PAGE = """<page><title>{title}</title><ns>{ns}</ns><id>1</id>{redirect}
<revision><id>2</id><text xml:space="preserve">{text}</text></revision></page>"""
LONG = "A sentence of an article that says something. " * 20
# Not the same passage: that would stay in one article only.
OTHER = "Another article's phrase tells us whatever else there might be. " * 15


def page(title: str, text: str, ns: int = 0, redirect: str = "") -> str:
    return PAGE.format(title=title, ns=ns, text=text, redirect=redirect)


def dump(path: Path, *pages: str) -> Path:
    head = '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/"><siteinfo></siteinfo>'
    xml = (head + "".join(pages) + "</mediawiki>").encode()
    path.write_bytes(bz2.compress(xml) if path.suffix == ".bz2" else xml)
    return path


PAGES = [
    page("Ada &amp; Co", f"'''Ada''' is this.\n\n{LONG}"),
    page("Old", "#REDIRECT [[Ada]]", redirect='<redirect title="Ada" />'),
    page("Talk:Ada", LONG, ns=1),
    page("Ada (disambiguation)", "'''Ada''' may refer to:\n* [[Ada]]\n{{disambiguation}}"),
    page("Zürich", OTHER),
]


@pytest.mark.parametrize("name", ["dump.bz2", "dump.xml"])
def test_articles_become_documents(tmp_path, name):
    documents = list(read_wikipedia([dump(tmp_path / name, *PAGES)]))
    assert [(d.document_id, d.title) for d in documents] == [
        ("ada-co", "Ada & Co"),
        ("zurich", "Zürich"),
    ]
    assert documents[0].text == f"Ada is this.\n\n{LONG.strip()}"


def test_redirects_and_other_namespaces_are_no_articles(tmp_path):
    found = [title for title, _ in articles(dump(tmp_path / "dump.bz2", *PAGES))]
    assert found == ["Ada & Co", "Ada (disambiguation)", "Zürich"]


def test_a_short_article_may_be_asked_for(tmp_path):
    path = dump(tmp_path / "dump.xml", page("Short", "Few words."))
    assert [d.text for d in read_wikipedia([path], minimum_characters=1)] == ["Few words."]


@pytest.mark.parametrize("damage", ["truncated", "not bz2", "not xml", "empty"])
def test_what_is_no_whole_dump_is_one_sentence(tmp_path, damage):
    path = dump(tmp_path / "dump.bz2", *PAGES)
    whole = path.read_bytes()
    content = {
        "truncated": whole[: len(whole) // 2],
        "not bz2": b"something else",
        "not xml": bz2.compress(b"something else"),
        "empty": b"",
    }
    path.write_bytes(content[damage])
    with pytest.raises(
        CorpusError, match=r"The Wikipedia dump .*dump\.bz2 cannot be read: "
    ) as caught:
        list(read_wikipedia([path]))
    assert "\n" not in str(caught.value)


ENTITIES = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ('<?xml version="1.0" encoding="none"?><a/>', "unknown encoding"),
        ('<?xml version="1.0" encoding="utf-7"?><a/>', "multi-byte encodings"),
        (f'<!DOCTYPE a [<!ENTITY l0 "lol">{ENTITIES}]><a>&l9;</a>', "amplification"),
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "undefined entity"),
        ("<a>" * 100_000, "no element found"),
    ],
)
def test_xml_that_is_no_dump_is_one_sentence(tmp_path, xml, words):
    path = tmp_path / "dump.xml"
    path.write_text(xml)
    with pytest.raises(CorpusError, match=words) as caught:
        list(read_wikipedia([path]))
    assert "\n" not in str(caught.value)


def test_a_page_without_end_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(wikipedia, "LARGEST_PAGE", 200_000)
    pages = [page(f"A {number}", LONG * 100) for number in range(10)]
    assert len(list(articles(dump(tmp_path / "whole.bz2", *pages)))) == 10
    with pytest.raises(CorpusError, match=r"endless\.bz2 has a page of more than 200,000 bytes"):
        list(articles(dump(tmp_path / "endless.bz2", page("A", "x" * 1_000_000))))


def test_half_a_surrogate_pair_is_no_character(tmp_path):
    path = dump(tmp_path / "dump.xml", page("A", f"One &amp;#xD800;[[b|&amp;#xDFFF;]]. {LONG}"))
    assert build_corpus("wikipedia", [path])[0]["text"] == f"One. {LONG.strip()}"


OLD_PAGE = """<page><title>{title}</title><id>1</id>
<revision><id>2</id><text xml:space="preserve">{text}</text></revision></page>"""


def test_a_dump_of_before_2008_marks_neither_namespaces_nor_redirects(tmp_path):
    head = (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.3/"><siteinfo><namespaces>'
        '<namespace key="-1">Special</namespace><namespace key="0" />'
        '<namespace key="4">Wikipedia</namespace></namespaces></siteinfo>'
    )
    pages = [("Ada", LONG), ("Old", "#REDIRECT [[Ada]]"), ("Wikipedia:Help", LONG), ("A: B", LONG)]
    xml = head + "".join(OLD_PAGE.format(title=title, text=text) for title, text in pages)
    path = tmp_path / "dump.gz"
    path.write_bytes(gzip.compress((xml + "</mediawiki>").encode()))
    assert [title for title, _ in articles(path)] == ["Ada", "A: B"]


CUTS = {
    "between tags": "<page><title>Cut</title><id>1</id>",
    "in a tag": "<page><tit",
    "in a character": b"<page><title>\xc3",
    "in the text": "<page><title>Cut</title><revision><text>Words that end",
}


@pytest.mark.parametrize("cut", CUTS)
def test_the_unfinished_page_of_a_dump_that_is_cut_off_is_left_out(tmp_path, cut):
    whole = dump(tmp_path / "dump.xml", *PAGES).read_bytes().removesuffix(b"</mediawiki>")
    rest = CUTS[cut] if isinstance(CUTS[cut], bytes) else CUTS[cut].encode()
    (tmp_path / "dump.gz").write_bytes(gzip.compress(whole + rest))
    assert [title for title, _ in articles(tmp_path / "dump.gz")][-1] == "Zürich"


def test_a_dump_with_an_error_is_no_dump_that_is_cut_off(tmp_path):
    whole = dump(tmp_path / "dump.xml", *PAGES).read_bytes()
    (tmp_path / "dump.xml").write_bytes(whole.replace(b"</mediawiki>", b"</other>"))
    with pytest.raises(CorpusError, match="mismatched tag"):
        list(articles(tmp_path / "dump.xml"))


def test_what_two_articles_share_stays_in_the_first(tmp_path):
    shared = " ".join(f"Word{chr(97 + k)}{chr(97 + k)}x of a passage." for k in range(20))
    path = dump(
        tmp_path / "dump.xml",
        page("A", f"{LONG}\n\n{shared}"),
        page("B", f"{shared}\n\n{OTHER}"),
        page("C", shared),
    )
    assert [(d.title, d.text) for d in read_wikipedia([path], 300)] == [
        ("A", f"{LONG.strip()}\n\n{shared}"),
        ("B", OTHER.strip()),
    ]


def test_short_markup_is_not_even_parsed(tmp_path, monkeypatch):
    parsed: list[str] = []
    monkeypatch.setattr(wikipedia, "prose", lambda text: parsed.append(text) or text)
    path = dump(tmp_path / "dump.xml", page("Short", "Few words."), page("Long", LONG))
    assert [d.title for d in read_wikipedia([path])] == ["Long"]
    assert parsed == [LONG]
