"""The predictions of a model at the measured positions, and how good they are."""

import pandas as pd
import torch
from torch import Tensor

from token_influence.influence.objectives import Outputs

# The columns in their order; those of the objectives' records follow.
DTYPES = {
    "window": "int32",
    "position": "int32",
    "true_id": "int32",
    "predicted_id": "int32",
    "true_logit": "float32",
    "predicted_logit": "float32",
    "nll": "float32",
    "entropy": "float32",
    "true_rank": "int32",
}


@torch.no_grad()
def describe(outputs: Outputs) -> dict[str, Tensor]:
    """Columns [B, P] of the table: ids, logits, loss and entropy in nats, rank of the true token.

    `true_rank` is 1 exactly where the true token is the predicted one: tokens with equal logits are
    ranked by their ids, and the predicted one is the lowest of them.
    """
    logits = outputs.logits.double() if outputs.logits.device.type != "mps" else outputs.logits
    log_p = torch.log_softmax(logits, dim=-1)
    true_logit = logits.gather(-1, outputs.true_ids[..., None])
    predicted_logit = logits.gather(-1, outputs.predicted_ids[..., None])
    ids = torch.arange(logits.shape[-1], device=logits.device)
    before = (logits > true_logit) | ((logits == true_logit) & (ids < outputs.true_ids[..., None]))
    rank = before.sum(-1) + 1
    return {
        "true_id": outputs.true_ids,
        "predicted_id": outputs.predicted_ids,
        "true_logit": true_logit[..., 0],
        "predicted_logit": predicted_logit[..., 0],
        "nll": -log_p.gather(-1, outputs.true_ids[..., None])[..., 0],
        "entropy": torch.special.entr(log_p.exp()).sum(-1),
        "true_rank": rank,
    }


def predicted_ids(logits: Tensor) -> Tensor:
    """The token with the largest logit [B, P] of `logits` [B, P, V]; the lowest id among equals."""
    largest = logits.amax(dim=-1, keepdim=True)
    return (logits == largest).to(torch.uint8).argmax(dim=-1)


def frame(columns: dict[str, list], records: list[str]) -> pd.DataFrame:
    """The table of predictions, one row per window and position, in that order.

    columns: the values of each column; records: the names of the objectives' records.
    """
    dtypes = DTYPES | dict.fromkeys(records, "float32")
    data = pd.DataFrame({name: columns[name] for name in dtypes}).astype(dtypes)
    return data.sort_values(["window", "position"], ignore_index=True)
