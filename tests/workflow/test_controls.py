"""All orders in one study, from their windows to the table, the figure and the classes of sources."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tiny_study import new_clone

from token_influence.orders import ORDERS, PAIRED, difference_name


@pytest.mark.long
def test_all_orders_are_compared_and_the_sources_of_the_intact_arm_are_classified(tmp_path: Path):
    study = new_clone(tmp_path / "study")
    arms = {"models": ["tiny"], "weights": ["trained"], "corpora": ["first"]}
    study.configure(
        arms=[arms | {"orders": list(ORDERS), "objectives": ["true_logit"]}],
        response={
            **{"models": ["tiny"], "corpora": ["first"], "seeds": 1, "windows": 2},
            **{"predictions": 1, "distances": [1], "epsilons": [0.1, 1.0], "directions": 1},
            **{"probes": 1, "interventions": ["zeros"], "classes": {"tail": 10}},
        },
    )
    tables = [f"results/tables/{name}.csv" for name in ("controls", "source_classes")]
    figure = "results/figures/controls/tiny/first.png"
    study.run(*tables, figure)
    assert (study.folder / figure).stat().st_size > 0

    controls, classes = (pd.read_csv(study.folder / path) for path in tables)
    differences = [difference_name(control) for control in PAIRED]
    assert set(controls["order"]) == {*ORDERS, *differences}
    assert controls["loss"].notna().all()

    folder = study.folder / "results/windows/tiny/first"
    windows = {
        order: np.stack(pd.read_parquet(folder / order / "seed0.parquet")["token_ids"])
        for order in ORDERS
    }
    assert np.array_equal(windows["reversed"], windows["intact"][:, ::-1])
    counts = pd.read_parquet(folder / "tokens.parquet")
    assert np.isin(windows["unigram"], counts["token_id"]).all()
    assert counts["count"].sum() > windows["intact"].size

    assert set(classes["order"]) == {"intact"}
    assert classes["influence"].between(0, 1).all()
