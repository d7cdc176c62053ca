"""Weights are read from safetensors alone."""

import pytest

from token_influence.errors import ModelError, SourceError
from token_influence.sources.weight_formats import check_safetensors


def test_safetensors_among_the_chosen_files_will_do():
    check_safetensors(["a.safetensors"], ["a.safetensors", "b.bin"], "a", ModelError)


@pytest.mark.parametrize("kind", [ModelError, SourceError])
def test_other_formats_are_listed_in_the_caller_s_error(kind):
    names = ["b.pt", "a.bin", "x.safetensors", "README.md"]
    with pytest.raises(kind, match=r"^It has none, only a\.bin, b\.pt; weights in other formats"):
        check_safetensors(["config.json"], names, "It has none", kind)
    with pytest.raises(kind, match="and no other weights"):
        check_safetensors([], ["README.md"], "It has none", kind)
