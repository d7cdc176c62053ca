"""The keys of an arm, and the weights that are a checkpoint of a training."""

import pandas as pd
import pytest
from trained_models import decay

from token_influence.tables.arms import labelled, step_of, without_steps


def test_labels_must_match_the_files():
    with pytest.raises(ValueError, match="zip"):
        labelled([pd.DataFrame({"window": [0]})], [])


def test_steps_are_told_from_other_weights():
    assert [step_of(name) for name in ("step0", "step1000", "trained", "random")] == [
        0,
        1000,
        None,
        None,
    ]
    assert without_steps(decay())["weights"].unique().tolist() == ["random"]
