"""The trained tokenizer."""

from transformers import AutoTokenizer

from token_influence.models.tokenizers import begin_of_text_id


def test_the_tokenizer_is_byte_level_and_puts_nothing_first(finished):
    tokenizer = AutoTokenizer.from_pretrained(finished / "step5", local_files_only=True)
    text = "a ship\n\n«naïve» 船"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert begin_of_text_id(tokenizer) is None
    assert tokenizer.eos_token_id == 0
