"""What is held out is not learnt from."""

import numpy as np
import pandas as pd
from tiny_training import corpus

from token_influence.training.data import prepare


def test_what_is_held_out_is_not_learnt_from(material):
    for name in ("prose", "verse"):
        learnt, kept = (part[name]["documents"] for part in (material.learnt, material.held_out))
        assert len(learnt) + len(kept) == 20
        assert not set(learnt) & set(kept)
        assert kept
        text = material.tokenizer.decode(material.judged[name][0])
        read = material.tokenizer.decode(material.sequences.ravel())
        assert text not in read


def test_held_out_text_changes_nothing_that_is_learnt(material):
    def shouted(name: str, seed: int) -> pd.DataFrame:
        frame = corpus(seed)
        kept = frame["document_id"].isin(material.held_out[name]["documents"])
        return frame.assign(text=frame["text"].where(~kept, frame["text"].str.upper()))

    corpora = {"prose": shouted("prose", 0), "verse": shouted("verse", 1)}
    other = prepare(corpora, share=0.3, sequences=4, vocabulary=280, length=24, seed=3)
    assert other.tokenizer.get_vocab() == material.tokenizer.get_vocab()
    np.testing.assert_array_equal(other.sequences, material.sequences)
    assert other.held_out["prose"]["tokens"] != material.held_out["prose"]["tokens"]
