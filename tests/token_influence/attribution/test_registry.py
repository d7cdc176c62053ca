"""Labels: one name for a method with its options."""

import pytest

from token_influence.attribution.fisher import Fisher
from token_influence.attribution.paths import IntegratedGradients
from token_influence.attribution.registry import METHODS, parse, resolve
from token_influence.errors import AttributionError

LABELS = [
    "fisher",
    "fisher-rank=4",
    "distance-p=1e-05",
    "integrated_gradients-steps=5-of=log_probability-weighted=True",
]


@pytest.mark.parametrize("label", [*LABELS, *METHODS])
def test_a_label_names_its_method(label: str):
    assert parse(label).label == label


def test_options_at_their_defaults_are_not_in_the_label():
    assert parse("fisher-rank=1").label == "fisher"
    assert parse(LABELS[-1]) == IntegratedGradients(5, of="log_probability", weighted=True)


def test_each_method_is_there_once_in_the_order_given():
    chosen = resolve(["random", Fisher(4), "fisher-rank=4", "fisher"])
    assert [method.label for method in chosen] == ["random", "fisher-rank=4", "fisher"]


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("attention", "Unknown attribution method 'attention'; allowed: random, distance, fisher"),
        ("fisher-k=4", "fisher has no option 'k'; allowed: rank"),
        ("semantic-rank=4", "semantic has no option 'rank'; allowed: none"),
        ("fisher-rank=two", "option rank of fisher is 'two', which is no int"),
        ("fisher-rank=0", "option rank of fisher is 0; allowed: 1 and more"),
        ("fisher_hutchinson-probes=0", "allowed: 1 and more"),
        ("integrated_gradients-rule=left", "is 'left'; allowed: right, midpoint, gauss"),
        ("integrated_gradients-steps=0", "allowed: 1 and more"),
        ("integrated_gradients-weighted=yes", "is 'yes', which is no bool"),
        ("input_x_gradient-of=loss", "allowed: logit, log_probability, temperature"),
        ("smoothgrad-noise=0", "option noise of smoothgrad is 0.0; allowed: above 0"),
        ("smoothgrad-samples=0", "allowed: 1 and more"),
        ("distance-p=0", "option p of distance is 0.0; allowed: above 0"),
    ],
)
def test_a_bad_label_is_one_sentence(label: str, message: str):
    with pytest.raises(AttributionError, match=message):
        parse(label)


def test_no_method_is_refused():
    with pytest.raises(AttributionError, match="No method is named; allowed: random"):
        resolve([])
