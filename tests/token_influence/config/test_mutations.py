"""Mutated configurations give, within seconds, a ConfigError or a study whose arms can be listed."""

import copy
import datetime
import random
import time
from functools import cache
from typing import Any

import pytest
from snakemake.utils import update_config
from tiny_study import REPOSITORY

from token_influence.config import (
    arms,
    left_out,
    load_study,
    read_config,
    source_at,
    sources_of_model,
    text_of,
    windows_of,
)
from token_influence.errors import ConfigError
from token_influence.ranges import parse_range

MUTANTS, TEXTS = 5000, 500
SECONDS_EACH = 5.0

pytestmark = pytest.mark.long


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


VALUES = [
    *(None, True, False, 0, 1, -1, 2, 10**9, 10**12, 10**20, -(10**20), 1 << 40_000, 0.5),
    *(float("nan"), float("inf"), 1e308, "", "x", "step1", "step١", "١..١٠٠", "1..2", "full"),
    *("a\0b", "a\nb", "\ud800", "x" * 10**5, "../x", "resources", ".", "a" * 79, b"\0", 1j),
    *(datetime.date(2026, 1, 1), [], {}, [[]], [{}], {"a": 1}, {1: 2}, {None: 3}, {"": {}}),
    *([0] * 20_000, list(range(3000)), nested(3000), {"a": nested(900)}, (1, 2), {1, 2}),
]
KEYS = [
    1,
    None,
    True,
    0.5,
    "",
    "x",
    "a.b",
    "a\nb",
    "\ud800",
    "local",
    "terms",
    "text_of",
    b"k",
    (1,),
]


@cache
def bases() -> list[dict[str, Any]]:
    """The default study, and each other one as Snakemake lays it over that."""
    found = [read_config(REPOSITORY / "config.yaml")]
    for file in sorted((REPOSITORY / "studies").glob("*.yaml")):
        found.append(copy.deepcopy(found[0]))
        update_config(found[-1], read_config(file))
    return found


def containers(value: Any, depth: int = 8) -> list[Any]:
    """All mappings and lists that have something in them, outermost first."""
    if not isinstance(value, dict | list) or not value or not depth:
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [value] + [found for each in inner for found in containers(each, depth - 1)]


def place(raw: dict[str, Any], chooser: random.Random) -> tuple[Any, Any]:
    """A mapping or list, and a key or index of it."""
    inside = chooser.choice(containers(raw) or [raw])
    return inside, chooser.choice(list(inside) if isinstance(inside, dict) else range(len(inside)))


def restructure(raw: dict[str, Any], chooser: random.Random) -> None:
    """Change one place: nothing, what is there twice, or one level deeper, or another place's."""
    inside, at = place(raw, chooser)
    match chooser.choice(["delete", "double", "nest", "swap"]):
        case "delete" if len(raw) > 1:
            del inside[at]
        case "double" if isinstance(inside, list):
            inside += [copy.deepcopy(inside[at])] * chooser.choice([1, 3, 2000])
        case "double":
            key = chooser.choice([name for known in containers(raw) for name in known][:99])
            inside[str(key)] = copy.deepcopy(inside[at])
        case "nest":
            inside[at] = chooser.choice([[inside[at]], {"x": inside[at]}, {at: inside[at]}])
        case _:
            inside[at] = copy.deepcopy(chooser.choice(containers(raw)))


def replace(raw: dict[str, Any], chooser: random.Random) -> None:
    """Put another value, or another key, at one place."""
    inside, at = place(raw, chooser)
    if isinstance(inside, dict) and chooser.random() < 0.2:
        inside[chooser.choice(KEYS)] = inside.pop(at)
    else:
        inside[at] = chooser.choice(VALUES)


def mutate_text(text: bytes, chooser: random.Random) -> bytes:
    """Change some bytes: other ones, none, a piece twice, or the characters that YAML goes by."""
    content = bytearray(text)
    for _ in range(chooser.choice([1, 1, 2, 5, 50])):
        at = chooser.randrange(len(content))
        end = at + chooser.choice([1, 1, 5, 80])
        piece = content[at:end]
        signs = chooser.choice(
            [b"[", b"{", b":", b"- ", b"&a ", b"*a", b"<<: *a\n", b"!!", b"\t", b"?"]
        )
        replacement = chooser.choice(
            [b"", piece * 2, bytes([chooser.randrange(256)]), signs, b"9" * 30, piece * 500]
        )
        content[at:end] = replacement
    return bytes(content)


def outcome(raw: object) -> str | None:
    """The sentence of a refusal; None for a study that all can be derived of."""
    try:
        study = load_study(raw)
        for arm in arms(study):
            windows_of(study, arm.corpus)
            text_of(study, arm.corpus)
            for name in sources_of_model(study, arm.model):
                source_at(study, name, arm.weights)
        left_out(study)
        list(map(parse_range, study.decay.ranges))
    except ConfigError as error:
        return str(error)
    return None


def judge(sentence: str | None, started: float) -> None:
    assert time.monotonic() - started < SECONDS_EACH
    if sentence is not None:
        assert "\n" not in sentence
        assert 0 < len(sentence) < 2000
        sentence.encode()  # it can be printed


def test_mutated_values():
    seed = random.randrange(2**32)
    print("seed", seed)
    chooser = random.Random(seed)
    taken = 0
    for _ in range(MUTANTS):
        raw = copy.deepcopy(chooser.choice(bases()))
        for change, most in ((restructure, 2), (replace, 3)):
            for _ in range(chooser.randrange(most)):
                change(raw, chooser)
        started = time.monotonic()
        sentence = outcome(raw)
        judge(sentence, started)
        taken += sentence is None
    assert 0 < taken < MUTANTS


def test_mutated_text(tmp_path):
    seed = random.randrange(2**32)
    print("seed", seed)
    chooser = random.Random(seed)
    file = tmp_path / "config.yaml"
    whole = (REPOSITORY / "config.yaml").read_bytes()
    taken = 0
    for _ in range(TEXTS):
        file.write_bytes(mutate_text(whole, chooser))
        started = time.monotonic()
        try:
            sentence = outcome(read_config(file))
        except ConfigError as error:
            sentence = str(error)
        judge(sentence, started)
        taken += sentence is None
    assert 0 < taken < TEXTS
