"""Whether the tokens of a tokenizer have embeddings in the model."""

from transformers import PreTrainedConfig, PreTrainedTokenizerBase

from token_influence.errors import ModelError
from token_influence.models.tokenizers import begin_of_text_id


def check_vocabulary(tokenizer: PreTrainedTokenizerBase, config: PreTrainedConfig) -> None:
    """Raise ModelError if an ordinary token, or the begin-of-text token, has no embedding.

    Other special tokens may have none: some checkpoints list tokens for images that they never read.
    Windows are checked token by token when they are measured.
    """
    size = config.get_text_config().vocab_size
    special = {id for id, token in tokenizer.added_tokens_decoder.items() if token.special}
    special -= {begin_of_text_id(tokenizer)}
    outside = [
        (id, token)
        for token, id in tokenizer.get_vocab().items()
        if id >= size and id not in special
    ]
    if outside:
        id, token = min(outside)
        raise ModelError(
            f"The tokenizer's token {token!r} has id {id}, but the model has only {size} embeddings."
        )
