"""How gradients are computed: defaults that depend on other keys."""

from raw_studies import DEFAULT, change

from token_influence.config import load_study


def test_bounds_of_precision_are_there_exactly_where_they_count():
    """So that results in float32 don't depend on them."""
    assert load_study(DEFAULT).influence.precision is None
    bounds = load_study(change("influence/dtype", "bfloat16")).influence.precision
    assert bounds is not None
    assert (bounds.windows, bounds.profile, bounds.exponent) == (8, 0.05, 0.01)
