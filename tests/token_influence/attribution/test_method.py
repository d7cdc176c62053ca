"""A configured method names itself, and checks its options also where no label is read."""

import pytest

from token_influence.attribution.fisher import Fisher, FisherTrace
from token_influence.attribution.method import METHODS
from token_influence.attribution.paths import IntegratedGradients
from token_influence.errors import AttributionError


def test_the_label_names_what_differs_from_the_defaults():
    assert FisherTrace().label == "fisher_trace"
    assert Fisher().label == Fisher(rank=1).label == "fisher"
    assert IntegratedGradients(5, weighted=True).label == (
        "integrated_gradients-steps=5-weighted=True"
    )
    assert METHODS["fisher"] is Fisher


def test_an_option_that_is_not_allowed_is_one_sentence():
    with pytest.raises(AttributionError, match="option rank of fisher is -1; allowed: 1 and more"):
        Fisher(rank=-1)
