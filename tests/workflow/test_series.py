"""Number series in the workflow: one job for each model and system, and nothing without the section."""

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from tiny_digits import model, tokenizer
from tiny_study import Clone, new_clone

RULES = Counter(measure_series=2, tabulate_series=1, draw_series=2)


def with_series(clone: Clone, **changes) -> None:
    """Give the tiny study a system and a short series of its own."""
    section = {
        "models": ["tiny"],
        "systems": ["brownian"],
        "own": {"mine": [float(k * k % 23) for k in range(20)]},
        "methods": ["semantic"],
        "dimension": 3,
    }
    clone.configure(series=section | changes)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return new_clone(tmp_path_factory.mktemp("series") / "study")


def of_series(jobs: Counter[str]) -> Counter[str]:
    return Counter({name: number for name, number in jobs.items() if "series" in name})


def test_the_target_makes_the_series_their_table_and_their_figures(clone: Clone):
    with_series(clone)
    jobs, outputs = clone.plan_with_outputs("series")
    assert of_series(jobs) == RULES
    assert not any(jobs[name] for name in ("measure_influence", "draw_windows"))
    folder = "results/series/tiny"
    assert {path for path in outputs if path.startswith("results/series")} == {
        f"{folder}/{system}/{table}.parquet"
        for system in ("brownian", "mine")
        for table in ("scores", "forecast", "measures")
    }
    assert {"results/tables/series.csv", "results/figures/series/tiny/mine.png"} <= outputs
    everything, _ = clone.plan_with_outputs()
    assert of_series(everything) == RULES
    clone.configure(series=None)
    assert of_series(clone.plan()) == Counter()


@pytest.mark.long
def test_series_are_measured_tabulated_and_drawn(clone: Clone):
    """With a model that reads digits: 60 tokens at most."""
    reader = clone.folder / "inputs/model"
    split = tokenizer("29")
    model(len(split), context=64).save_pretrained(reader)
    split.save_pretrained(reader)
    with_series(clone, systems=[], ablated=1, paths=1)
    clone.run("--", "series")
    table = pd.read_csv(clone.folder / "results/tables/series.csv")
    assert set(table["system"]) == {"mine"}
    assert {"similarity", "aopc", "mass", "variance_slope", "integrand_1"} <= set(table["measure"])
    assert (table["n"] == 1).all()
    figure = Path(clone.folder, "results/figures/series/tiny/mine.png")
    assert figure.stat().st_size > 10_000
    assert clone.plan("series") == Counter()
    with_series(clone, systems=[], own={"mine": [2.0] * 20})
    done = clone.snakemake("--cores", "1", "--", "series")
    assert done.returncode != 0
    assert "All 20 values of the series mine/0 are 2; at least" in done.stdout + done.stderr
