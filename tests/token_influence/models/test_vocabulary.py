"""Every ordinary token needs an embedding."""

from pathlib import Path

import pytest

from token_influence.errors import ModelError
from token_influence.models.configuration import read_config
from token_influence.models.tokenizers import load_tokenizer
from token_influence.models.vocabulary import check_vocabulary


def test_a_token_without_an_embedding_is_refused(folder: Path) -> None:
    config, tokenizer = read_config(folder), load_tokenizer(folder)
    check_vocabulary(tokenizer, config)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image>"]})
    check_vocabulary(tokenizer, config)  # never read, as in some published checkpoints
    tokenizer.add_tokens(["whale"])
    with pytest.raises(ModelError, match=r"'whale' has id 42, but the model has only 41 embed"):
        check_vocabulary(tokenizer, config)
