"""Tokenizers from a local folder, never from a hub."""

import unicodedata
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

# White space, digits, contractions, ligatures, combining marks, other scripts and emoji; escaped
# where an editor might normalise the character or not show it.
HARD_TEXT = (
    "In 1863, 12 of 4567 (89012345) weren't; WE'LL see  two   three    spaces\n\nand\n \n\n\nlines"
    ",\r\n\ttabs\t\t\tand trailing \n caf\u00e9 cafe\u0301 \ufb01ne \u212b \u00c5 A\u030a o\u0323\u0302 "
    "\u1e69 \u00bd \u2460 \uff21\uff22\uff13 Stra\u00dfe \u0130stanbul \u0391\u03b8\u03ae\u03bd\u03b1 "
    "\u4f60\u597d\uff0c\u4e16\u754c\u3002\u3053\u3093\u306b\u3061\u306f \ud55c\uae00 \u1112\u1161\u11ab "
    "\u0645\u0631\u062d\u0628\u0627 \u0928\u092e\u0938\u094d\u0924\u0947 \u0e2a\u0e27\u0e31\u0e2a "
    "\U0001f44d\U0001f3fd \U0001f469\u200d\U0001f4bb \u00a0\u2003\u200b\ufeff end___of--it... x=[1,2]; "
    "y_1 \u2581a \u2018q\u2019"
)
PROBE = "a"
HIGHEST_ID = 10_000_000  # the largest vocabularies have 300,000 tokens


def load_tokenizer(folder: str | Path) -> PreTrainedTokenizerBase:
    """The tokenizer in `folder`.

    Raises ModelError if there is none, it cannot be read, its tokens are random (dropout), or its
    files contradict each other: it must be the tokenizer of tokenizer.json, if there is one.

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
    expected = Tokenizer.from_file(str(alone)) if alone.is_file() else None
    backend = getattr(tokenizer, "backend_tokenizer", None)
    for read in (expected, backend):
        if dropout := getattr(getattr(read, "model", None), "dropout", None):
            raise ModelError(
                f"The tokenizer in {folder} has a dropout of {dropout:g}, so its tokens would be "
                "random: set model.dropout in its tokenizer.json to null."
            )
    prepends = begin_of_text_id(tokenizer)
    stated = read_object(settings).get("add_bos_token") if settings.is_file() else None
    if isinstance(stated, bool) and stated != (prepends is not None):
        raise ModelError(
            f"The tokenizer in {folder} contradicts itself: its add_bos_token is {stated}, but it "
            f"prepends {'no' if prepends is None else 'a'} begin-of-text token."
        )
    if expected is None:
        return
    expected.no_truncation()
    expected.no_padding()
    if not _same_tokens(tokenizer, expected):
        raise ModelError(
            f"The tokenizer in {folder} contradicts itself: tokenizer.json alone gives other tokens "
            f"than with tokenizer_config.json (tokenizer_class {type(tokenizer).__name__})."
        )
    if not isinstance(stated, bool) and prepends != _prepended(
        expected.encode(PROBE, add_special_tokens=False).ids, expected.encode(PROBE).ids
    ):
        raise ModelError(
            f"The tokenizer in {folder} contradicts itself: tokenizer.json alone prepends another "
            "begin-of-text token than with tokenizer_config.json (tokenizer_class "
            f"{type(tokenizer).__name__})."
        )


def _same_tokens(tokenizer: PreTrainedTokenizerBase, expected: Tokenizer) -> bool:
    """Whether `tokenizer` gives the tokens of `expected`, the tokenizer of tokenizer.json alone.

    Some classes of transformers do not use the steps in tokenizer.json but their own, which are
    sometimes written differently and do the same (Llama's). So tokenizers that are written
    differently are compared on the texts of `_probe`. None begins with a space, where Llama's old
    and new steps differ by one token.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    # Serialising a vocabulary takes memory for every id up to the highest one.
    highest = max(expected.get_vocab().values(), default=0)
    if backend is not None and highest < HIGHEST_ID and _steps(backend) == _steps(expected):
        return True
    ordinary = {text for each in (backend, expected) if each is not None for text in _added(each)}
    expected.encode_special_tokens = True
    for text in _probe(sorted(ordinary)):
        ids = tokenizer(text, add_special_tokens=False, split_special_tokens=True, verbose=False)
        if ids["input_ids"] != expected.encode(text, add_special_tokens=False).ids:
            return False
    return True


def _steps(tokenizer: Tokenizer) -> list[object]:
    """All that decides how a text becomes tokens: serialised steps, and the added tokens."""
    steps = (tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.model)
    return [*(step and step.__getstate__() for step in steps), _added(tokenizer)]


def _added(tokenizer: Tokenizer) -> dict[str, str]:
    """The added tokens that are found in texts, with all their settings; special ones are not found."""
    added = tokenizer.get_added_tokens_decoder().items()
    return {token.content: f"{number} {token!r}" for number, token in added if not token.special}


def _probe(added: list[str]) -> list[str]:
    """Texts on which tokenizers differ if they differ at all.

    They hold digits, contractions, white space of all kinds, characters with several normal forms,
    every script, and the `added` tokens on their own and within words.
    """
    characters = [
        chr(code)
        for code in range(0x21, 0x1FB00)
        # Of the tens of thousands of ideographs and syllables a few stand for all.
        if unicodedata.category(chr(code))[0] != "C"
        and (code < 0x3400 or code % 61 == 0 or code > 0xF900)
        and not 0x12000 <= code < 0x1D000
    ]
    lines = ["".join(characters[start : start + 64]) for start in range(0, len(characters), 64)]
    return [
        KNOWN_PARAGRAPH,
        HARD_TEXT,
        "\n".join(f"a{character} {character}1" for character in characters if character < "\u0600"),
        "\n".join(lines),
        "".join(f"a{token}b {token} {token}" for token in added),
    ]


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
    plain = tokenizer(PROBE, add_special_tokens=False)["input_ids"]
    return _prepended(plain, tokenizer(PROBE)["input_ids"])


def _prepended(plain: list[int], whole: list[int]) -> int | None:
    """The one id before `plain` in `whole`, or None."""
    before = next((k for k in range(len(whole) + 1) if whole[k : k + len(plain)] == plain), None)
    if before is None:
        raise ModelError("The tokenizer gives other tokens for a text when it adds special ones.")
    if before > 1:
        raise ModelError(f"The tokenizer prepends {before} tokens to a text; at most one will do.")
    return whole[0] if before else None
