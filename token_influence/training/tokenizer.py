"""A byte-level BPE tokenizer, trained on the text that the model learns from."""

from collections.abc import Iterable

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

END_OF_TEXT = "<|endoftext|>"


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """A tokenizer of at most `vocabulary` tokens: the end-of-text mark (id 0), 256 bytes, merges.

    Like Pythia's tokenizer it prepends nothing to a text. Equal texts give an equal tokenizer.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=END_OF_TEXT, eos_token=END_OF_TEXT
    )


def bytes_of(tokenizer: PreTrainedTokenizerFast) -> list[int]:
    """The number of bytes that each token stands for; 0 for the end-of-text mark."""
    # In the byte-level alphabet every byte is one character.
    tokens = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    return [0 if token == END_OF_TEXT else len(token) for token in tokens]
