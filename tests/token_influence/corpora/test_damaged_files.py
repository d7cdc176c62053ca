"""Damaged files of every kind end in documents or in one sentence, within bounds of memory and time."""

import bz2
import gzip
import io
import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mutated_files import ends

from token_influence.corpora.build import build_corpus
from token_influence.errors import CorpusError

TEXTS = [f"Text {number}, of some words (and \"marks\"), 'quoted'; enough." for number in range(40)]
XML = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">'
    + "".join(
        f"<page><title>T{number}</title><ns>0</ns><revision><text>'''{text}''' {{{{a|b}}}} "
        f"[[c|d]] &lt;ref&gt;e&lt;/ref&gt;\n* f\n{{|\n| g\n|}}\n</text></revision></page>"
        for number, text in enumerate(TEXTS)
    )
    + "</mediawiki>"
).encode()
FUZZED = 600
MOST_MEMORY = 4 << 30  # pyarrow alone reserves more than one
SECONDS_EACH = 30


def parquet() -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table({"text": TEXTS, "number": list(range(40))}), content)
    return content.getvalue()


WHOLE = {
    ("wikipedia", "dump.xml"): XML,
    ("wikipedia", "dump.bz2"): bz2.compress(XML),
    ("wikipedia", "dump.gz"): gzip.compress(XML),
    ("text", "novel.txt"): "\n".join(TEXTS).encode(),
    ("gutenberg", "novel.txt"): "\n\n".join(TEXTS).encode(),
    ("dataset", "rows.parquet"): parquet(),
    ("dataset", "rows.jsonl"): "".join(f"{json.dumps({'text': t})}\n" for t in TEXTS).encode(),
}


def case(seed: int) -> tuple[str, str, bytes]:
    """Reader, file name and content of one mutated file."""
    draw = random.Random(seed)
    reader, name = draw.choice(list(WHOLE))
    content = bytearray(WHOLE[reader, name])
    for _ in range(draw.choice([1, 1, 3, 10])):
        at = draw.randrange(len(content))
        if draw.random() < 0.3:  # of Parquet, what the file holds is told at its end
            at = max(len(content) - 1 - draw.randrange(500), 0)
        match draw.choice(["bit", "byte", "copy", "cut"]):
            case "bit":
                content[at] ^= 1 << draw.randrange(8)
            case "byte":
                content[at] = draw.randrange(256)
            case "copy":
                content[at:at] = content[draw.randrange(len(content)) :][:99]
            case "cut":
                del content[at : at + draw.choice([1, 30, 3000])]
        content = content or bytearray(1)
    return reader, name, bytes(content)


def outcome(seed: int, folder: Path) -> str:
    """How reading one mutated file ends; anything else than these two is raised."""
    reader, name, content = case(seed)
    (folder / name).write_bytes(content)
    try:
        build_corpus(reader, [folder / name], min_characters=1)
        return "read"
    except CorpusError as error:
        if "\n" in str(error):
            raise
        return "refused"


@pytest.mark.long
def test_mutated_files_end_in_documents_or_in_one_sentence(tmp_path):
    found = ends(
        outcome,
        lambda seed: case(seed)[:2],
        tmp_path,
        files=FUZZED,
        memory=MOST_MEMORY,
        seconds=SECONDS_EACH,
    )
    assert 0.1 < found.count("read") / FUZZED < 0.9
