"""Tokenizers from a local folder, never from a hub."""

from pathlib import Path

from tokenizers import Tokenizer
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from token_influence.errors import ModelError
from token_influence.models.configuration import read_object
from token_influence.untrusted import reading

# Lincoln's address at Gettysburg (1863, public domain): a paragraph that every language model
# should predict well (`registration.check_loss`).
KNOWN_PARAGRAPH = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, "
    "conceived in Liberty, and dedicated to the proposition that all men are created equal. "
    "Now we are engaged in a great civil war, testing whether that nation, or any nation so "
    "conceived and so dedicated, can long endure. We are met on a great battle-field of that war. "
    "We have come to dedicate a portion of that field, as a final resting place for those who here "
    "gave their lives that that nation might live. It is altogether fitting and proper that we "
    "should do this."
)


def load_tokenizer(folder: str | Path) -> PreTrainedTokenizerBase:
    """The tokenizer in `folder`.

    Raises ModelError if there is none, it cannot be read, or its files contradict each other.

    >>> from tempfile import TemporaryDirectory
    >>> from tokenizers import Tokenizer, models, pre_tokenizers
    >>> from transformers import PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"the": 0, "sea": 1, "?": 2}, "?"))
    >>> words.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> with TemporaryDirectory() as folder:
    ...     saved = PreTrainedTokenizerFast(tokenizer_object=words).save_pretrained(folder)
    ...     tokenizer = load_tokenizer(folder)
    >>> tokenizer("the deep sea")["input_ids"]
    [0, 2, 1]
    """
    # Without these files some architectures would silently make an empty tokenizer.
    if not any(any(Path(folder).glob(name)) for name in ("tokenizer*", "vocab*", "*.model")):
        raise ModelError(f"The model in {folder} has no tokenizer.")
    with reading(f"The tokenizer in {folder}", ModelError):
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        _check_tokenizer(tokenizer, Path(folder))
    return tokenizer


def _check_tokenizer(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """transformers makes its tokenizer from two files; it must do what each of them says."""
    alone, settings = folder / "tokenizer.json", folder / "tokenizer_config.json"
    if alone.is_file():
        expected = Tokenizer.from_file(str(alone)).encode(KNOWN_PARAGRAPH, add_special_tokens=False)
        if tokenizer(KNOWN_PARAGRAPH, add_special_tokens=False)["input_ids"] != expected.ids:
            raise ModelError(
                f"The tokenizer in {folder} contradicts itself: tokenizer.json alone gives other tokens "
                "than with tokenizer_config.json."
            )
    stated = read_object(settings).get("add_bos_token") if settings.is_file() else None
    prepends = begin_of_text_id(tokenizer) is not None
    if isinstance(stated, bool) and stated != prepends:
        raise ModelError(
            f"The tokenizer in {folder} contradicts itself: its add_bos_token is {stated}, but it "
            f"{'prepends a' if prepends else 'prepends no'} begin-of-text token."
        )


def begin_of_text_id(tokenizer: PreTrainedTokenizerBase) -> int | None:
    """The id of the token that the tokenizer prepends to a text by default, or None.

    To have a begin-of-text token is not to prepend it: GPT-2's tokenizer has one and prepends none.
    Raises ModelError if more than one token is prepended.

    >>> from tokenizers import Tokenizer, models, processors
    >>> from transformers import PreTrainedTokenizerFast
    >>> letters = Tokenizer(models.WordLevel({"a": 0, "<s>": 1}, "a"))
    >>> begin_of_text_id(PreTrainedTokenizerFast(tokenizer_object=letters, bos_token="<s>"))
    >>> letters.post_processor = processors.TemplateProcessing("<s> $A", None, [("<s>", 1)])
    >>> begin_of_text_id(PreTrainedTokenizerFast(tokenizer_object=letters, bos_token="<s>"))
    1
    """
    probe = "a"
    plain = tokenizer(probe, add_special_tokens=False)["input_ids"]
    whole = tokenizer(probe)["input_ids"]
    before = next((k for k in range(len(whole) + 1) if whole[k : k + len(plain)] == plain), None)
    if before is None:
        raise ModelError("The tokenizer gives other tokens for a text when it adds special ones.")
    if before > 1:
        raise ModelError(f"The tokenizer prepends {before} tokens to a text; at most one will do.")
    return whole[0] if before else None
