"""The registration of a checkpoint: built, checked against what the config says, written down."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from token_influence.errors import ModelError
from token_influence.models.building import build_checkpoint
from token_influence.models.checkpoints import Recipe
from token_influence.models.configuration import context_length, read_config
from token_influence.models.description import architecture, describe_model
from token_influence.models.loading import load_model
from token_influence.models.tokenizers import KNOWN_PARAGRAPH, load_tokenizer
from token_influence.models.vocabulary import check_vocabulary
from token_influence.models.weights import check_weights
from token_influence.untrusted import reading


def prepare_checkpoint(
    recipe: Recipe,
    fetched: Mapping[str, Any],
    *,
    context: int | None,
    quantisation: str,
    loss_bound: float | None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Build the checkpoint, check it against what is registered of it, and return its manifest.

    `fetched` is the manifest of its source. The checkpoint's manifest holds `source`, `fetched`,
    `licence`, `revision`, `quantisation`, `loss_on_known_paragraph` (nats per token, or None), `facts`
    (architecture, parameters, layers, …), `files` (sha256 and bytes of each) and, for a GGUF file that
    names its tokenizer's split, `tokenizer` (see `gguf_split.named_split`). Raises ModelError if
    it cannot be converted, its weights are not the ones that the architecture needs (`check_weights`),
    its tokenizer is damaged or has tokens without an embedding, it reads fewer tokens than the
    registered `context` or has other sizes than the registered `facts` (if these are given), or its
    loss on a known paragraph is not below `loss_bound`.
    """
    named_split = build_checkpoint(recipe, fetched)
    config = read_config(recipe.folder)
    check_weights(recipe.folder, config)
    check_vocabulary(load_tokenizer(recipe.folder), config)
    if context is not None:
        check_context(config, context)
    check_facts(architecture(recipe.folder), facts or {})
    loss = None if loss_bound is None else check_loss(recipe.folder, loss_bound)
    described = describe_model(recipe.folder)
    files = described.pop("files")
    return {
        "source": {key: value for key, value in recipe.source.items() if key != "licence"},
        "fetched": dict(fetched),
        "licence": recipe.source["licence"],
        "revision": _revision(fetched),
        "quantisation": quantisation,
        "loss_on_known_paragraph": None if loss is None else round(loss, 4),
        "facts": described,
        "files": files,
        **({} if named_split is None else {"tokenizer": named_split}),
    }


def check_context(config: PreTrainedConfig, registered: int) -> None:
    """Raise ModelError if the checkpoint reads fewer tokens than the `registered` context."""
    context = context_length(config)
    if context is not None and context < registered:
        raise ModelError(
            f"The checkpoint reads at most {context} tokens, but the config registers a context of "
            f"{registered}."
        )


def check_facts(facts: Mapping[str, Any], registered: Mapping[str, Any]) -> None:
    """Raise ModelError if the checkpoint has other sizes than those `registered`."""
    for key, value in registered.items():
        if facts[key] != value:
            raise ModelError(
                f"The checkpoint's {key} is {facts[key]}, but the config registers {value} under facts."
            )


@torch.no_grad()
def mean_loss(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, text: str) -> float:
    """Mean cross entropy of `text` in nats per predicted token, with the tokenizer's defaults."""
    with reading("The text, with the model's tokenizer,", ModelError):
        ids = tokenizer(text, return_tensors="pt")["input_ids"].to(model.device)
    logits = model(input_ids=ids, use_cache=False).logits[0, :-1].double()
    return torch.nn.functional.cross_entropy(logits, ids[0, 1:]).item()


def check_loss(folder: str | Path, bound: float) -> float:
    """The loss on `KNOWN_PARAGRAPH`, in nats per token; raise ModelError if it is not below `bound`."""
    model, tokenizer = load_model(folder, device="cpu"), load_tokenizer(folder)
    check_vocabulary(tokenizer, model.config)
    loss = mean_loss(model, tokenizer, KNOWN_PARAGRAPH)
    if not (math.isfinite(loss) and loss < bound):
        raise ModelError(
            f"The model in {folder} has a loss of {loss:.3f} nats per token on a known paragraph; "
            f"it should be below {bound:g}."
        )
    return loss


def _revision(fetched: Mapping[str, Any]) -> str:
    """What names this state of the source: a package's version, a repo's commit, or 'local'.

    A further kind of source gives it as the key `revision` of its manifest.
    """
    match fetched["kind"]:
        case "package":
            return f"{fetched['name']} {fetched['version']}"
        case "join":
            return f"{fetched['parts'][0]['name']} {fetched['parts'][0]['version']}"
        case "hub":
            return f"{fetched['repo']} {fetched['commit']}"
        case "url":
            return f"{fetched['file']} {fetched['sha256'][:12]}"
        case other_kind:
            return str(fetched.get("revision", other_kind))
