"""Everything in a configuration is bounded, and what is beyond the bounds gets its sentence at once."""

import copy
import datetime
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from tiny_study import REPOSITORY

from token_influence.config import Study, arms, load_study, plain
from token_influence.errors import ConfigError

DEFAULT = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
MODEL = "smollm2-135m-instruct-q4_1"
DEEP: list[Any] = []
for _ in range(3000):
    DEEP = [DEEP]


def refusal(raw: object) -> str:
    started = time.monotonic()
    with pytest.raises(ConfigError) as caught:
        load_study(raw)
    assert time.monotonic() - started < 2
    sentence = str(caught.value)
    assert sentence.isprintable()
    assert len(sentence) < 700
    return sentence


def changed(path: str, value: object) -> dict[str, Any]:
    raw = copy.deepcopy(DEFAULT)
    *parents, last = path.split("/")
    section = raw
    for part in parents:
        section = section[int(part) if isinstance(section, list) else part]
    section[last] = value
    return raw


def unbounded(schema: Any, path: str) -> Iterator[str]:
    """The places of a JSON schema that take a number, text, list or mapping of any size."""
    if isinstance(schema, list):
        for index, entry in enumerate(schema):
            yield from unbounded(entry, f"{path}[{index}]")
    if not isinstance(schema, dict):
        return
    kind = schema.get("type")
    pattern = schema.get("pattern", "*")
    text = kind == "string" and not {"enum", "const", "maxLength"} & schema.keys()
    if (
        (kind == "integer" and "maximum" not in schema)
        or (kind == "array" and "maxItems" not in schema)
        or (text and ("*" in pattern or "+" in pattern))
        or (kind == "object" and "properties" not in schema and "maxProperties" not in schema)
    ):
        yield path
    for key, value in schema.items():
        yield from unbounded(value, f"{path}.{key}")


def test_every_number_text_list_and_mapping_has_an_upper_bound():
    assert list(unbounded(Study.model_json_schema(), "")) == []


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        ("decay/bootstrap/resamples", 10**12, ["found 1000000000000", "equal to 1000000"]),
        ("windows/per_seed", 10**12, ["windows.per_seed: found", "equal to 1000000"]),
        ("windows/length", 10**9, ["windows.length: found", "equal to 1000000"]),
        ("influence/torch_threads", 10**20, ["found a number of 67 bits", "equal to 1024"]),
        ("influence/memory_mb", 10**15, ["memory_mb: found", "equal to 100000000"]),
        ("decay/sweep/highest", [10**9], ["highest[0]: found 1000000000", "equal to 1000000"]),
        ("decay/ranges", [f"1..{10**20}"], ["decay.ranges[0]", "LOWEST..HIGHEST"]),
        ("seeds", list(range(20_000)), ["seeds: found 20000 entries; allowed are at most 200"]),
        ("seeds", [1 << 40_000], ["seeds[0]: found a number of 40001 bits", "4294967295"]),
        ("results", "a" * 10**6, ["results: found 1000000 characters; allowed are at most 200"]),
        (f"models/{MODEL}/description", "x\ny", ["description: found 'x\\ny'", "one line"]),
        ("skip_sources", [0.5] * 100, ["skip_sources[0]: found 0.5", "first of 100 findings"]),
        ("decay/bootstrap/interval", float("nan"), ["found nan; allowed is a finite number"]),
        (f"models/{MODEL}/loss_bound", float("inf"), ["found inf; allowed is"]),
    ],
)
def test_a_size_without_end_is_refused_at_once(path, value, parts):
    sentence = refusal(changed(path, value))
    for part in parts:
        assert part in sentence


@pytest.mark.parametrize("section", ["", *DEFAULT])
@pytest.mark.parametrize("value", [None, [], "text", 3, 0.5, DEEP, {"a": DEEP}, b"\0"])
def test_a_section_of_another_type_is_refused(section, value):
    if section in ("faithfulness", "response") and value is None:
        assert getattr(load_study(DEFAULT | {section: value}), section) is None
    else:
        refusal(DEFAULT | {section: value} if section else value)


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        (1, ["found the key 1; allowed is text"]),
        (None, ["found the key None; allowed is text"]),
        (datetime.date(2026, 1, 1), ["found the key the date 2026-01-01"]),
        ("\ud800", ["found '\\ud800'"]),
        ("a\nb", ["'a\\nb': unknown key"]),
        ("x" * 10**5, ["unknown key"]),
    ],
)
def test_a_key_that_is_no_name_is_refused(key, parts):
    for raw in (DEFAULT | {key: 1}, changed("windows", DEFAULT["windows"] | {key: 1})):
        sentence = refusal(raw)
        for part in parts:
            assert part in sentence
    assert "sources: found" in refusal(changed("sources", DEFAULT["sources"] | {key: 1}))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("decay/ranges", ["١..١٠٠"]),
        ("decay/ranges", ["1..१००"]),
        ("decay/ranges", ["1..100", "01..100"]),
        ("arms/0/weights", ["step١"]),
        ("sources/botchan", {"licence": "own", "hub": {"repo": "а/б", "revision": "main"}}),
    ],
)
def test_numbers_and_names_are_of_one_script_and_spelling(path, value):
    refusal(changed(path, value))


def test_arms_are_counted_before_they_are_written_out():
    group = DEFAULT["arms"][0]
    many = group | {"weights": ["trained"] * 1000, "orders": ["intact", "shuffled"]}
    sentence = refusal(DEFAULT | {"arms": [many] * 1000})
    assert sentence == "arms: found 4000000 combinations; allowed are at most 2000"


def test_a_study_at_its_bounds_is_checked_at_once():
    raw = copy.deepcopy(DEFAULT)
    raw["models"] = {f"m{i}": DEFAULT["models"][MODEL] for i in range(500)}
    raw["arms"] = [DEFAULT["arms"][0] | {"models": list(raw["models"])}]
    raw["seeds"] = [0, 1]
    raw["faithfulness"] = raw["response"] = None
    started = time.monotonic()
    assert len(arms(load_study(raw))) == 2000
    assert time.monotonic() - started < 5
    sentence = refusal(raw | {"seeds": [0, 1, 2]})
    assert sentence == ("seeds: found 3; with 2000 combinations in arms, allowed are at most 2")
    names = refusal(changed("arms", [raw["arms"][0]]) | {"models": raw["models"] | {"z": {}}})
    assert "models.z" in names
    raw["arms"][0]["models"] = ["gpt9"]
    assert "'gpt9', which is not defined; allowed: m0, m1, " in refusal(raw)
    assert refusal(raw).endswith(" and 480 more")


def test_a_section_as_plain_data_has_only_the_keys_with_a_value():
    study = load_study(DEFAULT)
    assert plain(study.windows) == DEFAULT["windows"] | {"begin_of_text": True}
    assert plain(study.headline, without={"range"}) == {"skip_sources": 0}
