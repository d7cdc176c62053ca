"""Tokens and their places, chats, and what is refused."""

import copy

import pytest
from explained_prompts import TEMPLATE, loaded
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from token_influence.errors import AttributionError
from token_influence.scopes.prompt import Chat, read_prompt


@pytest.fixture
def chatting():
    tokenizer = copy.deepcopy(loaded().tokenizer)
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def test_pieces_make_up_the_text_also_where_a_character_is_several_tokens():
    text = "sea é 🌊\nx"
    prompt = read_prompt("p", text, loaded().tokenizer)
    assert "".join(prompt.pieces) == text
    assert len(prompt.ids) == len(text.encode())
    assert prompt.pieces.count("") == 1 + 3


def test_words_are_found_whole_and_once():
    prompt = read_prompt("p", "cordes des mers", loaded().tokenizer)
    assert prompt.find("des") == (7, 10)
    with pytest.raises(AttributionError, match="'corde' occur 0 times in the prompt p; allowed"):
        prompt.find("corde")
    with pytest.raises(AttributionError, match="'des' occur 2 times"):
        read_prompt("p", "des des", loaded().tokenizer).find("des")


def test_a_chat_is_the_template_around_the_text(chatting):
    prompt = read_prompt("p", "hi", chatting, Chat("be kind", "He"))
    assert prompt.text == "<system>be kind<user>hi<assistant>He"
    assert read_prompt("p", "hi", chatting, Chat()).text == "<user>hi<assistant>"
    assert prompt.bos_id is None


def test_text_that_is_a_special_token_stays_text_and_is_refused_in_a_chat():
    words = Tokenizer(models.WordLevel({"a": 0, "?": 1}, "?"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>")
    tokenizer.chat_template = TEMPLATE
    end = tokenizer.eos_token_id
    assert end not in read_prompt("p", "a <end> a", tokenizer).ids
    with pytest.raises(AttributionError, match="p holds '<end>', which the chat template gives"):
        read_prompt("p", "a <end> a", tokenizer, Chat())


@pytest.mark.parametrize(
    ("text", "chat", "sentence"),
    [
        (" \n", None, "The prompt p is empty; allowed is a text of at least one word."),
        ("a", Chat(), "has no chat template, which the prompt p asks for"),
        ("a\ud800", None, "holds half a character"),
    ],
)
def test_what_cannot_be_read_is_refused(text, chat, sentence):
    with pytest.raises(AttributionError, match=sentence):
        read_prompt("p", text, loaded().tokenizer, chat)
