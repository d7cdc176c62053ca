"""The table of predictions against plain logits."""

import numpy as np
import torch
from tiny_models import build, plain_logits, windows

from token_influence.influence.measure import measure
from token_influence.influence.objectives import Outputs
from token_influence.influence.predictions import describe, predicted_ids


def test_predictions_say_what_the_logits_say() -> None:
    model, frame = build("qwen2"), windows(2)
    predictions = measure(model, frame, ["true_logit", "fisher"], bos_id=1).predictions
    assert predictions.dtypes.astype(str).to_dict() == {
        "window": "int32",
        "position": "int32",
        "true_id": "int32",
        "predicted_id": "int32",
        "true_logit": "float32",
        "predicted_logit": "float32",
        "nll": "float32",
        "entropy": "float32",
        "true_rank": "int32",
        "fisher_lambda1": "float32",
        "fisher_ratio": "float32",
    }
    for row in predictions.itertuples():
        ids = frame.token_ids[row.window]
        z = plain_logits(model, ids, bos_id=1)[1][1 + row.position].detach()
        true, log_p = ids[row.position + 1], z.log_softmax(-1)
        assert (row.true_id, row.predicted_id) == (true, z.argmax().item())
        assert row.true_rank == 1 + (z > z[true]).sum().item()
        np.testing.assert_allclose(row.true_logit, z[true], rtol=1e-5)
        np.testing.assert_allclose(row.predicted_logit, z.max(), rtol=1e-5)
        np.testing.assert_allclose(row.nll, -log_p[true], rtol=1e-5)
        np.testing.assert_allclose(row.entropy, -(log_p.exp() * log_p).sum(), rtol=1e-5)


def test_among_equal_logits_the_lowest_id_is_predicted_and_ranks_first() -> None:
    logits = torch.tensor([[[0.0, 2.0, 2.0, 1.0]] * 4])
    true_ids = torch.arange(4)[None]
    assert predicted_ids(logits).tolist() == [[1, 1, 1, 1]]
    ranks = describe(Outputs(logits, None, true_ids, predicted_ids(logits)))["true_rank"]
    assert ranks.tolist() == [[4, 1, 2, 3]]
