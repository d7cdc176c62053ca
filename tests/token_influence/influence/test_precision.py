"""The check that a faster arithmetic must pass."""

from dataclasses import asdict

import numpy as np
import pytest
import torch
from tiny_models import build, windows

from token_influence.errors import ModelError
from token_influence.influence.measure import measure
from token_influence.influence.precision import (
    Bounds,
    check_precision,
    compare,
    describe,
    median_profile,
)

LOOSE = Bounds(profile=0.5, exponent=5.0)


def test_bfloat16_is_measured_recorded_and_within_its_own_rounding() -> None:
    exact, fast = build("llama"), build("llama", torch.bfloat16)
    records = check_precision(exact, fast, windows(4), ["true_logit"], bos_id=1, bounds=LOOSE)
    (record,) = records
    assert set(record) == {
        "objective",
        "profile_error",
        "exponent",
        "exponent_fast",
        "exponent_error",
    }
    assert 1e-5 < record["profile_error"] < 0.2


def test_what_is_too_far_off_is_refused_with_both_numbers() -> None:
    exact, fast = build("llama"), build("llama", seed=1)  # quite another model
    with pytest.raises(ModelError, match=r"profile is off by .* \(allowed: 0\.05\), p by"):
        check_precision(exact, fast, windows(2), ["true_logit"], bos_id=1)


def test_a_model_agrees_with_itself() -> None:
    model = build("gpt2")
    (record,) = check_precision(model, model, windows(2), ["true_logit"], bos_id=None)
    assert record["profile_error"] == record["exponent_error"] == 0


def test_the_profile_is_the_median_of_the_normalised_predictions() -> None:
    table = measure(build("gpt2"), windows(2), ["true_logit"], bos_id=None).influence
    rows = [g.to_numpy() for _, g in table.groupby(["window", "position"]).influence]
    expected = np.median([row[1:6] / row[0] for row in rows], axis=0)
    np.testing.assert_allclose(median_profile(table), expected, rtol=1e-5)


def test_a_profile_that_does_not_decay_has_no_exponent() -> None:
    """Neither does: they agree. One does: they don't, whatever the bound on p."""
    table = measure(build("gpt2"), windows(2), ["true_logit"], bos_id=None).influence
    falls = table.assign(influence=(table.distance + 1.0) ** -0.8)
    rises = table.assign(influence=1 + 0.1 * table.distance)
    assert compare(rises, rises, "true_logit").exponent_error == 0
    found = compare(falls, rises, "true_logit")
    assert found.exponent_error == np.inf
    record = asdict(found) | {"exponent_error": found.exponent_error}
    assert describe(record).endswith("p is none for 0.8000 (|Δp| inf)")


def test_a_known_exponent_is_found() -> None:
    table = measure(build("gpt2"), windows(2), ["true_logit"], bos_id=None).influence
    exact = table.assign(influence=0.1 + (table.distance + 1.0) ** -0.8)
    fast = table.assign(influence=0.1 + (table.distance + 1.0) ** -0.9)
    found = compare(exact, fast, "true_logit")
    # Dividing by the value at r = 0 rescales γ and β and leaves p.
    assert (found.exponent, found.exponent_fast) == pytest.approx((0.8, 0.9), rel=1e-4)
