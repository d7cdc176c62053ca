"""How the engine uses any causal language model: through public interfaces, leaving it unchanged."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from transformers import Cache, PreTrainedModel

from token_influence.errors import ModelError


def embed(model: PreTrainedModel, ids: Tensor) -> Tensor:
    """The input embeddings [B, S, d] of `ids` [B, S]: leaves of the graph that require gradients."""
    with torch.no_grad():
        embeddings = model.get_input_embeddings()(ids)
    return embeddings.detach().requires_grad_()


def forward(
    model: PreTrainedModel, embeddings: Tensor, rows: Tensor, cache: Cache | None = None
) -> tuple[Tensor, Tensor | None]:
    """Logits [B, P, V] and final hidden states [B, P, d] at `rows` [B, P] of one forward pass.

    With a `cache`, the pass continues after the tokens in the cache, and `rows` count from there.

    Logits are computed at these rows alone, by the model's own head with its scaling, soft cap and bias.
    The hidden states are the input of that head; None where the model has no such module.
    """
    seen: list[Tensor] = []
    head = model.get_output_embeddings()
    hook = None
    if isinstance(head, nn.Module):
        hook = head.register_forward_pre_hook(lambda module, arguments: seen.append(arguments[0]))
    try:
        outputs = model(
            inputs_embeds=embeddings,
            logits_to_keep=rows,
            use_cache=cache is not None,
            **({} if cache is None else {"past_key_values": cache}),
        )
    finally:
        if hook is not None:
            hook.remove()
    return outputs.logits, seen[-1] if seen else None


@contextmanager
def untouched(model: PreTrainedModel) -> Iterator[None]:
    """Put `model` into eval mode and freeze its parameters; put everything back at the end.

    Also after an exception.
    """
    training = [(module, module.training) for module in model.modules()]
    trainable = [p for p in model.parameters() if p.requires_grad]
    try:
        model.eval()
        for parameter in trainable:
            parameter.requires_grad_(False)
        yield
    finally:
        for parameter in trainable:
            parameter.requires_grad_(True)
        for module, flag in training:
            module.training = flag


def vocabulary(model: PreTrainedModel) -> int:
    """The size of the vocabulary: the number of rows of the input embedding."""
    weight = model.get_input_embeddings().get_parameter("weight")
    return weight.shape[0]


def check_model(model: PreTrainedModel) -> None:
    """Raise ModelError unless `model` is a causal language model that the engine can differentiate.

    It must have input embeddings, no encoder and finite weights. It must take `inputs_embeds` and
    `logits_to_keep`, and be causal (a later token does not influence an earlier prediction); both
    are tried on two tokens. The model should be inside `untouched`.
    """
    name = type(model).__name__
    if getattr(model.config, "is_encoder_decoder", False):
        raise ModelError(f"{name} has an encoder; only decoder-only causal models can be measured.")
    try:
        embeddings = model.get_input_embeddings()
    except NotImplementedError:
        embeddings = None
    if not isinstance(embeddings, nn.Module):
        raise ModelError(f"{name} has no input embeddings to differentiate by.")
    for parameter_name, parameter in model.named_parameters():
        # A sum is finite only if all terms are, and needs no second array of the weights' size.
        if not torch.isfinite(parameter.sum()) and not torch.isfinite(parameter).all():
            raise ModelError(f"The weights of {name} hold NaN or infinity: {parameter_name}.")
    _check_causal(model)


def _check_causal(model: PreTrainedModel) -> None:
    name = type(model).__name__
    pair = embed(model, torch.tensor([[0, 1]], device=model.device) % vocabulary(model))
    try:
        logits, _ = forward(model, pair, torch.tensor([[0]], device=model.device))
    except (TypeError, NotImplementedError) as error:
        raise ModelError(
            f"{name} does not take inputs_embeds and logits_to_keep as causal models of the "
            f"Hugging Face library do: {error}"
        ) from error
    if logits.ndim != 3 or logits.shape[1] != 1:
        raise ModelError(f"{name} does not give logits at just the positions asked for.")
    (gradient,) = torch.autograd.grad(logits.sum(), pair)
    if gradient[0, 1].any():
        raise ModelError(f"{name} is not causal: a later token changes an earlier prediction.")
