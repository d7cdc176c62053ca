"""The whole study: the default one, and the JSON schema for editors."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from raw_studies import DEFAULT, change, small
from tiny_study import REPOSITORY

from token_influence.config import Study, arms, load_study


def test_the_default_study_is_the_one_that_is_promised():
    study = load_study(DEFAULT)
    found = {(a.weights, a.corpus, a.order): a.objectives for a in arms(study)}
    both = ("true_logit", "predicted_logit")
    assert found == {
        ("trained", "gutenberg", "intact"): both,
        ("trained", "wikipedia", "intact"): both,
        ("trained", "gutenberg", "shuffled"): ("true_logit",),
        ("trained", "wikipedia", "shuffled"): ("true_logit",),
        ("random", "gutenberg", "intact"): ("true_logit",),
    }
    windows = study.windows
    assert windows.length == 512
    assert windows.per_seed * len(study.seeds) >= 24
    assert windows.positions >= 4
    assert windows.min_position >= 256


def test_every_checkpoint_of_the_small_training_is_measured_on_text_that_it_never_saw():
    study = load_study(small("results", "elsewhere"))
    training = study.models["neox-small"].training
    assert training is not None
    found = {(arm.weights, arm.corpus) for arm in arms(study)}
    corpora = [name for name, corpus in study.corpora.items() if corpus.held_out]
    assert found == {(f"step{s}", corpus) for s in training.checkpoints for corpus in corpora}
    assert 14 <= len(training.checkpoints) <= 20


def test_the_schema_for_editors_is_the_one_of_the_models():
    written = json.loads((REPOSITORY / "docs/config.schema.json").read_text())
    assert written == Study.model_json_schema(), "run `make schema`"
    jsonschema.validate(DEFAULT, written)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(change("windows/lenght", 1), written)


def test_every_key_is_described_in_a_sentence():
    schema = Study.model_json_schema()
    for name, section in {**schema["$defs"], "Study": schema}.items():
        assert section["description"].endswith("."), name
        for key, entry in section["properties"].items():
            words = entry.get("description", "")
            assert words[:1].isupper(), f"{name}.{key}"
            assert words.endswith("."), f"{name}.{key}"


def enumerations(schema: Any, place: str = "study") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every enumeration in a schema, with its place."""
    if isinstance(schema, dict):
        if "enum" in schema:
            yield place, schema
        for key, part in schema.items():
            skipped = ("$defs", "properties", "items", "anyOf")
            yield from enumerations(part, place if key in skipped else f"{place}.{key}")
    elif isinstance(schema, list):
        for part in schema:
            yield from enumerations(part, place)


def test_every_value_of_an_enumeration_is_explained_in_a_sentence():
    number, lacking = 0, []
    for place, schema in enumerations(Study.model_json_schema()):
        sentences = schema.get("enumDescriptions", [""] * len(schema["enum"]))
        for value, words in zip(schema["enum"], sentences, strict=True):
            number += 1
            if not (words[:1].isupper() and words.endswith(".")):
                lacking.append(f"{place}: {value}")
    assert not lacking, "explain these values with `meanings` (token_influence/config/section.py)"
    assert number > 40


def test_an_objective_of_the_config_is_one_of_the_library():
    from token_influence.influence.objectives import OBJECTIVES

    schema = Study.model_json_schema()["$defs"]
    assert set(schema["ArmGroup"]["properties"]["objectives"]["items"]["enum"]) == set(OBJECTIVES)
