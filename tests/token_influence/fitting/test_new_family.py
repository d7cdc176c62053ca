"""A new family is one entry of the registry: everything after it, to the last table, takes it up."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from simulated_arms import BOOTSTRAP, arm, pooled
from tiny_study import REPOSITORY

from token_influence.decay.paired_differences import paired_differences
from token_influence.decay.records import decay_records
from token_influence.decay.settings import Settings, Sweep
from token_influence.fitting.families import FAMILIES, Family, Shape
from token_influence.tables.decay import decay_table

LENGTH = Shape("half", 0.1, np.inf, 64, logarithmic=True, upper_per_distance=10.0)


def hyperbolic(r: np.ndarray, half: np.ndarray) -> np.ndarray:
    """G(r) = γ + β / (1 + r/h), γ, β ≥ 0, h in [0.1, 10 r_max]: falls to a half at h."""
    return 1 / (1 + r / half)


def hyperbolic_slopes(r: np.ndarray, phi: np.ndarray, half: np.ndarray) -> tuple[np.ndarray, ...]:
    """∂φ/∂h of `hyperbolic`."""
    return (r / half**2 * phi**2,)


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    family = Family("hyperbolic", "γ + β / (1 + r/h)", hyperbolic, hyperbolic_slopes, (LENGTH,))
    monkeypatch.setitem(FAMILIES, family.name, family)
    return family.name


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_registered_family_is_fitted_judged_and_told(name: str, scale: str):
    profiles = arm(curve=lambda r: 0.02 + 0.5 / (1 + r / 6.0), noise=0.1, shared=0.0)
    settings = Settings(
        [name, "power_law", "constant"],
        ["1..40", "full"],
        [0, 4],
        scale=scale,
        bootstrap=BOOTSTRAP,
        sweep=Sweep([name], [1], [30]),
    )
    records = decay_records(profiles, settings)
    json.dumps(records, allow_nan=False)
    found = pooled(records["fits"], name, skip_sources=0, range="1..40")
    assert found["identified"], found["reason"]
    half = found["parameters"]["half"]
    assert half["estimate"] == pytest.approx(6, rel=0.1)
    assert half["low"] < half["estimate"] < half["high"]
    assert set(half["seeds"]) == {"0", "1"}
    assert found["cv_verdict"] == "best"
    assert {record["family"] for record in records["sweep"]} == {name}

    names = ("model", "weights", "corpus", "order", "objective")
    table = decay_table([{"arm": dict.fromkeys(names, "x"), **records}])
    row = table[(table["family"] == name) & (table["seed"] == "pooled")].iloc[0]
    assert row["half"] == pytest.approx(half["estimate"])
    assert pd.notna(row["half_low"])

    (difference, *_) = paired_differences(profiles, profiles, settings)
    assert difference["family"] == name
    assert difference["parameters"]["half"]["estimate"] == 0


def test_the_docs_name_the_files_of_a_new_family():
    text = (REPOSITORY / "docs/statistics.md").read_text(encoding="utf-8")
    (paragraph,) = re.findall(r"(?s)A new family .*?\n\n", text)
    files = re.findall(r"`(token_influence/\S+\.py)`", paragraph)
    assert len(files) == 2
    for file in files:
        assert '"power_law"' in (REPOSITORY / file).read_text(encoding="utf-8")
