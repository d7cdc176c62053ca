"""Loading a study: shorthands stand for what they are short for."""

import pytest
from raw_studies import refusal, with_entries

from token_influence.config import load_study


def test_a_local_path_in_an_entry_is_a_source_of_its_name():
    short = with_entries(
        models={"mine": {"local": "path/to/checkpoint"}, "packed": {"local": "some/model.gguf"}},
        corpora={
            "novel": {"local": "novel.txt", "licence": "own"},
            "dump": {"local": "dump.bz2", "reader": "wikipedia"},
        },
    )
    full = with_entries(
        sources={
            "mine": {"local": "path/to/checkpoint", "licence": "not stated"},
            "packed": {"local": "some/model.gguf", "licence": "not stated"},
            "novel": {"local": "novel.txt", "licence": "own"},
            "dump": {"local": "dump.bz2", "licence": "not stated"},
        },
        models={"mine": {"source": "mine"}, "packed": {"source": "packed", "gguf": "model.gguf"}},
        corpora={
            "novel": {"reader": "text", "sources": ["novel"]},
            "dump": {"reader": "wikipedia", "sources": ["dump"]},
        },
    )
    assert load_study(short) == load_study(full)
    # As jobs read the configuration again, with its choices filled in.
    again = load_study(short).model_dump(mode="json", exclude_none=True)
    assert load_study(again) == load_study(short)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"models": {"mine": {}}}, "models.mine: exactly one of the keys source, local"),
        (
            {"models": {"mine": {"local": "x", "source": "smollm2"}}},
            "models.mine: exactly one of the keys source, local",
        ),
        (
            {"models": {"mine": {"source": "smollm2", "licence": "own"}}},
            "models.mine: the key licence goes with local",
        ),
        (
            {"corpora": {"mine": {"reader": "text"}}},
            "corpora.mine: exactly one of the keys sources",
        ),
        (
            {"corpora": {"mine": {"sources": ["botchan"]}}},
            "corpora.mine: the key reader is missing",
        ),
        ({"corpora": {"botchan": {"local": "x"}}}, "corpora.botchan.local: found a source called"),
        (
            {"models": {"mine": {"local": "x"}}, "corpora": {"mine": {"local": "y"}}},
            "corpora.mine.local: found a source called 'mine' already",
        ),
        ({"models": {"mine": {"local": ""}}}, "models.mine.local: found ''"),
    ],
)
def test_a_local_path_stands_alone_and_under_a_name_of_its_own(entries, sentence):
    assert sentence in refusal(with_entries(**entries))


def test_a_model_without_registered_context_takes_any_window():
    raw = with_entries(models={"mine": {"local": "x"}})
    raw["windows"]["length"] = 9000
    raw["arms"] = [raw["arms"][0] | {"models": ["mine"]}]
    assert load_study(raw).models["mine"].context is None
