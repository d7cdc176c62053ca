"""Predictions of tiny models to explain, and the explicit Jacobian of the final hidden state."""

import torch
from tiny_models import windows
from torch import Tensor
from transformers import PreTrainedModel

from token_influence.attribution.predictions import Prediction

POSITION = 9


def predictions(count: int = 1, position: int = POSITION, **changes) -> list[Prediction]:
    """`count` predictions at `position` in texts of 15 random tokens."""
    return [
        Prediction(f"text/{k}", tuple(ids), **({"position": position} | changes))
        for k, ids in enumerate(windows(count).token_ids)
    ]


def read_embeddings(model: PreTrainedModel, prediction: Prediction) -> Tensor:
    """The embeddings [1, S, d] of the tokens that the prediction depends on."""
    return model.get_input_embeddings()(torch.tensor([prediction.read])).detach().requires_grad_()


def final_hidden(model: PreTrainedModel, embeddings: Tensor) -> Tensor:
    """The final hidden state [d] at the last of `embeddings` [1, S, d]."""
    return model.base_model(inputs_embeds=embeddings, use_cache=False).last_hidden_state[0, -1]


def jacobian(model: PreTrainedModel, prediction: Prediction) -> Tensor:
    """J [S, d, d]: for each source the derivative of the final hidden state (rows) by its input."""
    embeddings = read_embeddings(model, prediction)
    found = torch.autograd.functional.jacobian(lambda x: final_hidden(model, x), embeddings)
    return found[:, 0].transpose(0, 1)
