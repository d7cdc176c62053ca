"""A model and a text of one's own, four lines each, laid over a study."""

import pandas as pd
import pytest
import yaml
from tiny_study import Clone

MINE = {
    "results": "results/studies/mine",
    "models": {"mine": {"local": "inputs/model"}},
    "corpora": {"novel": {"local": "inputs/first.txt"}},
    "arms": [
        {
            "models": ["mine"],
            "weights": ["trained"],
            "corpora": ["first", "novel"],
            "orders": ["intact"],
            "objectives": ["true_logit"],
        }
    ],
}


@pytest.mark.long
def test_entries_in_short_are_measured_beside_the_study(fresh: Clone, finished_study: Clone):
    (fresh.folder / "mine.yaml").write_text(yaml.safe_dump(MINE))
    overlay = ("--configfile", "mine.yaml")
    jobs = fresh.plan(*overlay)
    assert jobs["fetch_source"] == 3  # the model, the text of `first`, the novel
    assert jobs["measure_influence"] == 2  # the arms of the file that is laid over, and no others
    file = "influence/{}/trained/first/intact/seed0.parquet"
    fresh.run(*overlay, "--", f"results/studies/mine/{file.format('mine')}")
    mine = pd.read_parquet(fresh.folder / "results/studies/mine" / file.format("mine"))
    known = pd.read_parquet(finished_study.folder / "results" / file.format("tiny"))
    known = known[known["objective"] == "true_logit"].reset_index(drop=True)
    assert mine["influence"].tolist() == known["influence"].tolist()
    assert {path.name for path in (fresh.folder / "results").iterdir()} == {"studies"}
