"""Influence and documents as the pipeline's files hold them."""

import pandas as pd
from pandas.testing import assert_frame_equal
from simulated_influence import influence

from token_influence.profiles.normalise import normalised_profiles
from token_influence.profiles.reading import read_documents, read_influence, read_profiles


def test_the_objective_is_read_and_nothing_else(tmp_path):
    rows, other = influence(seed=0), influence(seed=1)
    frames = {"true_logit": rows, "fisher": other}
    both = pd.concat([frame.assign(objective=name) for name, frame in frames.items()])
    both["objective"] = both["objective"].astype("category")
    both.assign(more=1).to_parquet(tmp_path / "seed3.parquet")
    assert_frame_equal(read_influence(tmp_path / "seed3.parquet", "fisher"), other)
    (profiles,) = read_profiles([tmp_path / "seed3.parquet"], [3], "true_logit")
    assert profiles.seed == 3
    assert (profiles.windows == normalised_profiles(rows, 3).windows).all()
    assert profiles.values[0, 1] == normalised_profiles(rows, 3).values[0, 1]
    (raw,) = read_profiles([tmp_path / "seed3.parquet"], [3], "true_logit", "raw")
    assert raw.values[0, 1] == rows["influence"][1]


def test_documents_are_told_by_window(tmp_path):
    windows = pd.DataFrame({"window": [4, 2], "document_id": ["a", "b"], "start": [0, 9]})
    windows.to_parquet(tmp_path / "seed0.parquet")
    assert read_documents([tmp_path / "seed0.parquet"]) == [{4: "a", 2: "b"}]
