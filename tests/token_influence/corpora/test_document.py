"""Documents have plain and unique identifiers."""

import time

from token_influence.corpora.document import Document, slug, with_unique_ids


def test_identifiers_are_plain_and_unique():
    assert slug("L'Allegro, Il Penseroso") == "l-allegro-il-penseroso"
    assert slug("気") == "document"
    made = [Document(name, name, "") for name in ("a", "a-2", "a", "a")]
    assert [d.document_id for d in with_unique_ids(made)] == ["a", "a-2", "a-3", "a-4"]


def test_many_documents_of_one_title_do_not_take_long():
    started = time.perf_counter()
    found = list(with_unique_ids(Document("document", "", "") for _ in range(20_000)))
    assert found[-1].document_id == "document-20000"
    assert time.perf_counter() - started < 5
