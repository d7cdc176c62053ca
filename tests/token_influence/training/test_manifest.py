"""The manifest of a trained checkpoint."""

import pytest
from tiny_training import SETTINGS

from token_influence.errors import ModelError
from token_influence.models.checkpoints import Recipe, ensure_checkpoint
from token_influence.training.manifest import manifest
from token_influence.training.record import record


def test_the_manifest_stands_for_the_checkpoint_and_says_how_to_make_it_again(finished, material):
    found = manifest(record(material, SETTINGS, finished), "tiny", "step5", "own", "none")
    assert found["revision"] == "step 5 of 20"
    assert found["tokens_seen"] == 5 * 4 * 24
    recipe = Recipe({"training": "tiny"}, "", None, str(finished / "step5"))
    assert ensure_checkpoint(recipe, found) == finished / "step5"
    lost = Recipe({"training": "tiny"}, "", None, str(finished / "step6"))
    with pytest.raises(ModelError, match=r"step6 is missing or damaged.* --forcerun train_model"):
        ensure_checkpoint(lost, found)
