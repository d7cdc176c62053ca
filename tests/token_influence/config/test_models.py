"""Models: where a checkpoint comes from, in exactly one way, and how one is trained here."""

import pytest
from raw_studies import assert_refused, small

TRAINING = "models/neox-small/training"


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        (f"{TRAINING}/vocabulary", 256, ["training.vocabulary: found 256"]),
        (f"{TRAINING}/held_out/share", 1.0, ["training.held_out.share: found 1.0", "less than 1"]),
        (f"{TRAINING}/held_out/shar", 0.1, ["held_out.shar: unknown key (did you mean 'share'?)"]),
        ("models/neox-small/source", "smollm2", ["models.neox-small: exactly one of the keys"]),
        ("models/neox-small/loss_bound", 3.0, ["models.neox-small: the key loss_bound"]),
        ("models/neox-small/context", None, ["models.neox-small: the key context is missing"]),
    ],
)
def test_a_model_has_one_origin_and_the_keys_that_belong_to_it(path, value, parts):
    assert_refused(small(path, value), parts)
