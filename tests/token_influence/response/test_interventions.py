"""Every intervention against whole passes of a changed window."""

import numpy as np
import pandas as pd
import pytest
import torch
from tiny_models import build, plain_influence, windows

from token_influence.response.interventions import (
    INTERVENTIONS,
    measure_every_source,
    measure_interventions,
)
from token_influence.response.predictions import Prediction, at_end, chosen
from token_influence.response.replacements import mean_embedding

TOKENS = np.array([7, 7, 7])


def effects(model, prediction: Prediction, changed: torch.Tensor) -> tuple[float, float]:
    """Change of log p and KL divergence of whole passes."""
    rows = torch.stack([prediction.embeddings(model), changed])
    p, q = model(inputs_embeds=rows, use_cache=False).logits[:, -1].double().log_softmax(-1)
    target = prediction.target
    return float(q[target] - p[target]), float((p.exp() * (p - q)).sum())


@pytest.mark.parametrize("bos_id", [None, 1])
@pytest.mark.parametrize("name", ["llama", "gpt-neox", "mamba"])
def test_every_intervention_is_that_of_a_whole_pass(name: str, bos_id: int | None) -> None:
    model = build(name)
    (prediction,) = chosen(windows(count=1), 1, 1, bos_id)
    found = measure_interventions(
        model, [prediction], list(INTERVENTIONS), [0, 2, 5], TOKENS, seed=0
    )
    table = model.get_input_embeddings().weight
    for row in found.itertuples():
        changed = prediction.embeddings(model)
        at = len(changed) - 1 - row.distance
        if row.intervention == "swap":
            changed[[at - 1, at]] = changed[[at, at - 1]]
        else:
            new = {
                "unigram": table[7],
                "zeros": torch.zeros(16),
                "mean": mean_embedding(model)[0],
            }
            changed[at] = new[row.intervention]
        expected = effects(model, prediction, changed)
        np.testing.assert_allclose((row.log_p, row.divergence), expected, atol=1e-5)
    # Position 5, distance 5: the first token has none before it.
    expected = {(d, n) for d in (0, 2, 5) for n in INTERVENTIONS} - {(5, "swap")}
    assert set(zip(found["distance"], found["intervention"], strict=True)) == expected


def test_a_token_is_replaced_by_another_one_which_the_seed_fixes() -> None:
    model, predictions = build("llama"), list(chosen(windows(count=2), 2, 2, None))
    tokens = np.arange(3, 40)

    def run(seed: int) -> pd.DataFrame:
        return measure_interventions(model, predictions, ["unigram"], [1, 3], tokens, seed)

    pd.testing.assert_frame_equal(run(0), run(0))
    assert (run(0)["log_p"] != run(1)["log_p"]).any()
    assert (run(0)["log_p"] != 0).all()


def test_zeros_at_every_source() -> None:
    model = build("llama")
    (prediction,) = at_end(windows(count=1), 1, 8, bos_id=1)
    found = measure_every_source(model, [prediction]).set_index("distance")
    assert sorted(found.index) == list(range(8))
    for distance in (0, 3, 7):
        changed = prediction.embeddings(model)
        changed[-1 - distance] = 0
        expected = effects(model, prediction, changed)
        np.testing.assert_allclose(
            found.loc[distance, ["log_p", "divergence"]], expected, atol=1e-5
        )
    influence = plain_influence(model, prediction.token_ids.tolist(), 7, bos_id=1)
    np.testing.assert_allclose(found["influence"].sort_index(), influence, rtol=1e-4)
