"""Reading after a text that is read once gives what reading all of it gives."""

import numpy as np
import pytest
import torch
from tiny_models import ARCHITECTURES, build

from token_influence.series.continuations import Continuations

TEXT = [5, 9, 7, 30, 12]
PATHS = [(k, 40 - k) for k in range(20)]
CHOSEN = [3, 8, 20]
FACTORS = (1.0, 0.5)


@pytest.mark.parametrize("name", ["llama", "gemma3", "gpt2", "mamba"])
@pytest.mark.parametrize("bos_id", [None, 1])
def test_probabilities_are_those_of_the_whole_text(name, bos_id):
    assert name in ARCHITECTURES
    model = build(name)
    after = Continuations(model, TEXT, bos_id=bos_id, chosen=CHOSEN, sharpness=FACTORS)
    text = TEXT if bos_id is None else [bos_id, *TEXT]

    def plain(path) -> np.ndarray:
        with torch.inference_mode():
            logits = model(torch.tensor([[*text, *path]])).logits[0, -1]
        rows = [(factor * logits).softmax(dim=-1)[CHOSEN] for factor in FACTORS]
        return torch.stack(rows, dim=-1).numpy()

    assert after([()])[0] == pytest.approx(plain(()), rel=1e-4)
    found = after(PATHS)
    assert found.shape == (20, 3, 2)
    assert found == pytest.approx(np.array([plain(path) for path in PATHS]), rel=1e-3)


def test_the_norm_is_that_of_the_final_hidden_state():
    model = build("llama")
    after = Continuations(model, TEXT, bos_id=None, chosen=CHOSEN)
    with torch.inference_mode():
        hidden = model.base_model(torch.tensor([TEXT])).last_hidden_state[0, -1]
    assert after.norm == pytest.approx(float(hidden.norm()), rel=1e-5)
