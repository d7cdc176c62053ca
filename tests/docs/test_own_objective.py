"""The objective that docs/own-objective.md adds is measured as it is defined."""

import re

import numpy as np
import pytest
import torch
from tiny_models import build, plain_logits, windows
from tiny_study import REPOSITORY

from token_influence.influence import objectives
from token_influence.influence.measure import measure


def test_the_example_adds_an_objective(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(objectives, "OBJECTIVES", dict(objectives.OBJECTIVES))
    page = (REPOSITORY / "docs/own-objective.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert example is not None
    exec(example[1], {})

    model, frame = build("llama"), windows(1, positions=(9,))
    got = measure(model, frame, ["entropy"], bos_id=None).influence["influence"]
    embeddings, logits = plain_logits(model, frame["token_ids"][0])
    entropy = torch.distributions.Categorical(logits=logits[9]).entropy()
    (gradient,) = torch.autograd.grad(entropy, embeddings)
    expected = gradient[0, :10].norm(dim=-1).flip(0)
    np.testing.assert_allclose(got, expected, rtol=1e-4)
