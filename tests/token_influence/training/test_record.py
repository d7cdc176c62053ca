"""The record of a training."""

import numpy as np
import pytest
from tiny_training import SETTINGS, STEPS

from token_influence.models.checkpoints import checkpoint_files
from token_influence.training.record import record


def test_the_record_tells_losses_tokens_and_files(finished, material):
    found = record(material, SETTINGS, finished)
    assert list(found["checkpoints"]) == STEPS
    last = found["checkpoints"]["step20"]
    assert last["tokens_seen"] == 20 * 4 * 24
    assert last["epochs"] == pytest.approx(20 * 4 / len(material.sequences))
    assert last["files"] == checkpoint_files(finished / "step20")
    assert last["facts"]["layers"] == 2
    first = found["checkpoints"]["step0"]["held_out"]["prose"]
    assert first["loss"] == pytest.approx(np.log(len(material.tokenizer)), abs=0.3)
    assert last["held_out"]["prose"]["loss"] < first["loss"] - 0.5
    unigram = found["baselines"]["prose"]["unigram"]
    assert unigram["bits_per_byte"] / unigram["loss"] == pytest.approx(
        first["bits_per_byte"] / first["loss"]
    )
