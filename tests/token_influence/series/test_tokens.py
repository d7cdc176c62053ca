"""Which tokens make up which number."""

import pytest
from tiny_digits import tokenizer
from tokenizers import Tokenizer, models
from tokenizers.normalizers import Prepend
from tokenizers.pre_tokenizers import Split
from transformers import PreTrainedTokenizerFast

from token_influence.errors import AttributionError
from token_influence.series.tokens import number_tokens

NUMBERS = [15, 29, 84, 29, 30]


@pytest.mark.parametrize(
    ("merged", "spans", "following"),
    [
        ((), [(0, 2), (3, 5), (6, 8), (9, 11)], "3"),
        (("29",), [(0, 2), (3, 4), (5, 7), (8, 9)], "3"),
        (("29,", "30"), [(0, 2), (3, 4), (4, 6), (7, 8)], "30"),
        (("15", "29", "84", "30,"), [(0, 1), (2, 3), (4, 5), (6, 7)], "30,"),
    ],
)
def test_tokens_belong_to_their_number_however_it_is_split(merged, spans, following):
    split = tokenizer(*merged)
    found = number_tokens(NUMBERS, split, "mine")
    assert list(found.spans) == spans
    assert split.convert_ids_to_tokens(found.next_id) == following
    texts = split.convert_ids_to_tokens(list(found.token_ids))
    assert "".join(texts) == "15,29,84,29,"
    for (begin, end), number in zip(found.spans, NUMBERS, strict=False):
        assert "".join(texts[begin:end]).rstrip(",") == str(number)


def test_a_blank_before_the_text_belongs_to_no_number():
    """As SentencePiece writes it: '▁15' at the beginning."""
    texts = ["▁15", "29", "84", "30", ","]
    words = Tokenizer(models.WordLevel({text: k for k, text in enumerate(texts)}))
    words.normalizer = Prepend("▁")
    words.pre_tokenizer = Split(",", "isolated")
    split = PreTrainedTokenizerFast(tokenizer_object=words)
    found = number_tokens([15, 29, 84, 30], split, "mine")
    assert found.spans == ((0, 1), (2, 3), (4, 5))


@pytest.mark.parametrize(
    ("split", "part"),
    [
        (
            tokenizer(characters=[*"abc,"]),
            "does not spell the series mine by its digits and commas: it reads '15,' as ",
        ),
        (tokenizer("5,2"), "The token '5,2' holds digits of 2 numbers of the series mine"),
        (tokenizer(",3"), "The tokenizer reads the series mine differently when its next number"),
    ],
)
def test_a_tokenizer_that_does_not_part_the_numbers_is_refused(split, part):
    with pytest.raises(AttributionError) as caught:
        number_tokens(NUMBERS, split, "mine")
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
