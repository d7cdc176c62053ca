"""The published passages, from both places where LAMBADA lies, and one's own prompts."""

import gzip
import json
import random
from pathlib import Path

import pytest

from token_influence.attribution.passages import Passage, read_passages
from token_influence.errors import CorpusError


def passage(k: int, words: int) -> tuple[str, str]:
    """Context and last word of the k-th row of a made-up LAMBADA."""
    return " ".join([f"row{k}", *["word"] * (words - 2)]), " last"


ROWS = [passage(k, words) for k, words in enumerate([50, 49, 51, 60, 80, 12, 50, 70])]


def jsonl(path: Path, rows: list[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_lambada_is_shuffled_as_published_and_short_rows_are_left_out(tmp_path: Path):
    jsonl(tmp_path / "test.jsonl", [{"text": context + last} for context, last in ROWS])
    random.seed(42)
    order = list(range(len(ROWS)))
    random.shuffle(order)
    kept = [k for k in order if k not in (1, 5)]
    found = read_passages("lambada", tmp_path, number=len(kept))
    assert [p.text.split()[0] for p in found] == [f"row{k}" for k in kept]
    assert [p.number for p in found] == list(range(len(kept)))
    assert all(p.target is None for p in found)


def test_lambada_of_the_package_is_that_of_the_hub(tmp_path: Path):
    requests = [{"request": {"context": c, "continuation": last}} for c, last in ROWS]
    package = jsonl(tmp_path / "package/requests.jsonl.gz", requests)
    hub = jsonl(tmp_path / "hub/test.jsonl", [{"text": c + last} for c, last in ROWS])
    assert read_passages("lambada", package, number=6) == read_passages("lambada", hub, number=6)


def test_what_follows_the_last_word_of_lambada_is_taken_off(tmp_path: Path):
    text = " ".join(["word"] * 50) + ' he said. "Go, now!?”’)'
    jsonl(tmp_path / "test.jsonl", [{"text": f" {text} "}])
    (found,) = read_passages("lambada", tmp_path, number=1)
    assert found.text.endswith('he said. "Go, now')
    assert found.text.startswith("word")


def test_passages_are_counted_from_the_first_of_all(tmp_path: Path):
    jsonl(tmp_path / "test.jsonl", [{"text": c + last} for c, last in ROWS])
    whole = read_passages("lambada", tmp_path, number=6)
    assert read_passages("lambada", tmp_path, first=2, number=3) == whole[2:5]
    with pytest.raises(CorpusError, match=r"found 6 passages in .*, but those up to 7 are asked"):
        read_passages("lambada", tmp_path, first=2, number=5)


def test_iwslt_pairs_are_those_of_at_least_twenty_english_words(tmp_path: Path):
    long = " ".join(["word"] * 19)
    german = [
        "<url>x</url>",
        "<keywords>a, b</keywords>",
        " Kurz. ",
        "<b>Lang</b> genug",
        "",
        "Auch",
    ]
    english = [
        "<url>x</url>",
        "<title>t</title>",
        "Short.",
        f"{long} <i>last</i> -- ?",
        f"{long} end",
    ]
    for language, lines in {"de": german, "en": english}.items():
        path = tmp_path / f"de-en/train.tags.de-en.{language}"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    assert read_passages("iwslt2017", tmp_path, number=2) == [
        Passage(0, f"German: Lang genug English: {long} last"),
        Passage(1, f"German: Auch English: {long} end"),
    ]


def test_own_prompts_name_their_targets(tmp_path: Path):
    jsonl(tmp_path / "b.jsonl", [{"prompt": "B", "target": " y"}])
    jsonl(tmp_path / "a.jsonl", [{"prompt": "A", "target": " x"}, {"prompt": "C", "target": " z"}])
    found = read_passages("prompts", tmp_path, number=3)
    assert found == [Passage(0, "A", " x"), Passage(1, "C", " z"), Passage(2, "B", " y")]


@pytest.mark.parametrize(
    ("reader", "content", "sentence"),
    [
        (
            "prompts",
            '{"prompt": "A"}\n',
            "Line 1 of .*mine.jsonl has no text under the key 'target'",
        ),
        ("prompts", '\n{"prompt": " ", "target": "x"}\n', "Line 2 of .* under the key 'prompt'"),
        ("prompts", "[1]\n", "Line 1 of .* is no JSON object"),
        ("prompts", '{"prompt": \n', "Line 1 of .* cannot be read: Expecting value"),
        ("prompts", b"\xff\n", "The file .*mine.jsonl cannot be read: 'utf-8' codec"),
        ("lambada", '{"request": {"context": "A"}}\n', "no text under the key 'continuation'"),
        ("lambada", '{"text": 3}\n', "no text under the key 'text'"),
        ("iwslt2017", "x", r"There is no \*train.tags.de-en.de file at"),
        ("poems", "x", "no reader of passages 'poems', only lambada, iwslt2017, prompts"),
    ],
)
def test_files_that_hold_no_passages_are_told_in_one_sentence(tmp_path, reader, content, sentence):
    content = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "mine.jsonl").write_bytes(content)
    with pytest.raises(CorpusError, match=sentence) as caught:
        read_passages(reader, tmp_path, number=1)
    assert "\n" not in str(caught.value)


def test_a_file_of_another_kind_is_refused(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(CorpusError, match=r"mine\.txt does not end in train\.tags\.de-en\.de"):
        read_passages("iwslt2017", tmp_path / "mine.txt", number=1)


def test_two_copies_of_a_data_set_are_refused(tmp_path: Path):
    for name in ("a.jsonl", "b.jsonl"):
        jsonl(tmp_path / name, [{"text": "x"}])
    with pytest.raises(
        CorpusError, match=r"There are 2 files \.jsonl or \.jsonl\.gz at .*, not one"
    ):
        read_passages("lambada", tmp_path, number=1)
