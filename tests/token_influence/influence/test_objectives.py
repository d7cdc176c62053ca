"""Each objective against its definition."""

import numpy as np
import pytest
import torch
from fisher_matrices import HEADS, fisher_matrix
from tiny_models import ARCHITECTURES, Double, build, windows
from torch import Tensor

from token_influence.influence.access import embed, forward
from token_influence.influence.measure import measure
from token_influence.influence.objectives import OBJECTIVES, Outputs


def definition(name: str, outputs: Outputs, b: int, k: int) -> Tensor:
    """The score of one position, written as DESIGN has it."""
    assert outputs.hidden is not None
    logits, y = outputs.logits[b, k], outputs.hidden[b, k]
    if name == "true_logit":
        return logits[outputs.true_ids[b, k]]
    if name == "predicted_logit":
        return logits.max()
    if name == "temperature":
        return (y**2).sum().sqrt()
    return torch.linalg.eigh(fisher_matrix(outputs, b, k))[1][:, -1] @ y


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("name", OBJECTIVES)
def test_measured_influence_follows_the_definition(name: str, head: str) -> None:
    model, frame = build(head, torch.float64), windows(1)
    ids, rows = torch.tensor(frame.token_ids.tolist()), torch.tensor(frame.positions.tolist())
    with Double():
        got = measure(model, frame, [name], bos_id=None)
        embeddings = embed(model, ids[:, :-1])
        logits, hidden = forward(model, embeddings, rows)
        outputs = Outputs(logits, hidden, ids.gather(1, rows + 1), logits.argmax(-1))
        for k, position in enumerate(frame.positions[0]):
            score = definition(name, outputs, 0, k)
            (gradient,) = torch.autograd.grad(score, embeddings, retain_graph=True)
            profile = got.influence.query("position == @position").influence
            expected = gradient[0, : position + 1].norm(dim=-1).flip(0)
            ratio = got.predictions.get("fisher_ratio", [0] * 3)[k]
            if ratio < 0.95:
                np.testing.assert_allclose(profile, expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_objective_works_on_every_architecture(name: str) -> None:
    result = measure(build(name), windows(1), list(OBJECTIVES), bos_id=1)
    assert set(result.influence.objective.unique()) == set(OBJECTIVES)
    assert result.predictions.fisher_lambda1.gt(0).all()
    assert result.predictions.fisher_ratio.between(0, 1).all()
