"""Corpora that share a text share its file and, at one length, its windows."""

import numpy as np
import pandas as pd
import pytest
from tiny_study import Clone
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing

from token_influence.parquet import read_provenance


@pytest.mark.long
def test_one_text_is_built_once_and_bands_of_positions_lie_in_the_same_windows(study: Clone):
    config = study.config()
    config["corpora"]["early"] = {
        "text_of": "first",
        "windows": {"min_position": 28, "max_position": 31},
    }
    config["corpora"]["bare"] = {"text_of": "first", "windows": {"begin_of_text": False}}
    config["corpora"]["short"] = {"text_of": "first", "windows": {"length": 40}}
    config["arms"] = [
        {
            "models": ["tiny"],
            "weights": ["trained"],
            "corpora": ["first", "early", "bare", "short"],
            "orders": ["intact", "shuffled"],
            "objectives": ["true_logit"],
        }
    ]
    study.configure(**config)
    tokenizer = study.folder / "inputs/model/tokenizer.json"
    prepending = Tokenizer.from_file(str(tokenizer))
    prepending.post_processor = TemplateProcessing("! $A", special_tokens=[("!", 0)])
    prepending.save(str(tokenizer))
    assert study.plan("windows", "--forceall")["build_corpus"] == 1
    study.run("windows")
    folder = study.folder / "results/windows/tiny"
    for order in ("intact", "shuffled"):
        first, early, short = (
            pd.read_parquet(folder / corpus / order / "seed0.parquet")
            for corpus in ("first", "early", "short")
        )
        assert first["start"].tolist() == early["start"].tolist() != short["start"].tolist()
        for one, other in zip(first["token_ids"], early["token_ids"], strict=True):
            np.testing.assert_array_equal(one, other)
        assert early["positions"].map(max).max() <= 31
        bare = folder / "bare" / order / "seed0.parquet"
        assert pd.read_parquet(bare)["start"].tolist() == first["start"].tolist()
        assert read_provenance(bare)["begin_of_text_id"] is None
        begun = read_provenance(folder / "first" / order / "seed0.parquet")
        assert begun["begin_of_text_id"] == 0
    texts = {path.name for path in (study.folder / "resources/corpora").glob("*.parquet")}
    assert texts == {"first.parquet", "second.parquet"}  # the finished study's, and no other
