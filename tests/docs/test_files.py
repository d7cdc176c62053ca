"""The page of files and columns names what a study writes."""

import re

import pandas as pd
import pytest
from tiny_study import REPOSITORY, Clone

PAGE = (REPOSITORY / "docs/files.md").read_text(encoding="utf-8")
ARM = {"model", "weights", "corpus", "order", "objective"}  # the first columns of tables on decay
LIMITS = re.compile(r"_(low|high|se)$")
ONLY_FISHER = {"fisher", "fisher_lambda1", "fisher_ratio"}
CSV = [
    "decay",
    "controls",
    "objectives",
    "sweep",
    "profiles",
    "predictions",
    "models",
    "corpora",
    "verdicts",
]
PARQUET = ["windows", "influence", "predictions", "profiles"]


def documented(first_cell: str) -> set[str]:
    """The columns in the row of the page that begins with this file."""
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{first_cell}"))
    return set(re.findall(r"`(\w+)`", row.split(" | ", 2)[2])) - {"pooled"}


def written(columns: list[str]) -> set[str]:
    """The columns of a table, without the limits and errors of others."""
    return {
        name for name in columns if LIMITS.sub("", name) not in columns or not LIMITS.search(name)
    }


@pytest.mark.parametrize("name", CSV)
def test_the_columns_of_a_table(finished_study: Clone, name: str):
    columns = written(list(pd.read_csv(finished_study.folder / f"results/tables/{name}.csv")))
    begins_with_arm = name in ("decay", "controls", "objectives", "sweep", "profiles")
    assert documented(f"{name}.csv") | (ARM if begins_with_arm else set()) >= columns
    # The tiny study fits fewer families than those whose parameters the page names.
    assert documented(f"{name}.csv") - columns <= {"kappa", "xi"}


@pytest.mark.parametrize("folder", PARQUET)
def test_the_columns_of_a_result(finished_study: Clone, folder: str):
    file = next((finished_study.folder / "results" / folder).rglob("*[0ty].parquet"))
    columns = set(pd.read_parquet(file).columns)
    assert documented(f"results/{folder}/") - ONLY_FISHER == columns
