"""Finite steps: where the response is known, and against brute force."""

import numpy as np
import pandas as pd
import torch
from linear_models import Polynomial
from tiny_models import build, plain_influence, windows

from token_influence.response.perturbations import RANDOM, Steps, measure_perturbations
from token_influence.response.predictions import Prediction, chosen

STEPS = Steps([0, 1, 4], [1e-3, 1e-2, 1.0], directions=2, probes=4, seed=0)
PREDICTION = Prediction(0, 6, np.array([3, 1, 4, 1, 5, 2, 6, 5, 3]))


def error(table: pd.DataFrame) -> pd.Series:
    step = table["epsilon"] * table["length"]
    return (table["measured"] - step * table["slope"]).abs() / (step * table["influence"])


def test_a_linear_model_leaves_rounding() -> None:
    table = measure_perturbations(Polynomial(), [PREDICTION], STEPS)
    small = table["epsilon"] <= 1e-3
    assert error(table)[small].max() < 1e-10  # in float64
    assert error(table)[~small].max() < 1e-4
    assert len(table) == 3 * 3 * 3


def test_the_error_of_a_quadratic_model_grows_with_slope_one() -> None:
    steps = Steps([1], [1e-5, 1e-4, 1e-3, 1e-2, 1e-1], directions=2, probes=1, seed=0)
    table = measure_perturbations(Polynomial(curvature=2.0), [PREDICTION], steps)
    table["error"] = error(table)
    for _, rows in table.groupby(["direction", "draw"]):
        slope = np.polyfit(np.log(rows["epsilon"]), np.log(rows["error"]), 1)[0]
        assert abs(slope - 1) < 0.01


def test_every_step_is_that_of_a_whole_pass() -> None:
    model, frame = build("llama"), windows(count=1)
    (prediction,) = chosen(frame, 1, 1, bos_id=1)
    steps = Steps([0, 2, 5], [0.1, 1.0], directions=1, probes=1, seed=5)
    table = measure_perturbations(model, [prediction], steps)
    plain = prediction.embeddings(model)

    def logits(embeddings: torch.Tensor) -> torch.Tensor:
        return model(inputs_embeds=embeddings[None], use_cache=False).logits[0, -1]

    for distance, rows in table.groupby("distance"):
        row = len(plain) - 1 - int(distance)
        inputs = plain.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(logits(inputs)[prediction.target], inputs)
        along = rows[rows["direction"] == "gradient"]
        for step in along.itertuples():
            moved = plain.clone()
            length = step.epsilon * plain[row].norm()
            moved[row] += length * gradient[row] / gradient[row].norm()
            change = logits(moved) - logits(plain)
            np.testing.assert_allclose(step.measured, change[prediction.target], atol=1e-5)
            p, q = logits(plain).log_softmax(-1), logits(moved).log_softmax(-1)
            np.testing.assert_allclose(step.divergence, (p.exp() * (p - q)).sum(), atol=1e-5)
    expected = plain_influence(model, prediction.token_ids.tolist(), prediction.position, bos_id=1)
    found = table.drop_duplicates("distance").set_index("distance")["influence"]
    np.testing.assert_allclose(found.sort_index(), expected[[0, 2, 5]], rtol=1e-4)


def test_random_steps_diverge_as_the_trace_says() -> None:
    """KL = ε² ‖x‖² / (2 d) · tr F on average (arXiv 2601.16407)."""
    steps = Steps([1], [1e-3, 1e-2], directions=100, probes=200, seed=0)
    table = measure_perturbations(Polynomial(), [PREDICTION], steps)
    random = table[table["direction"] == RANDOM]
    ratio = random["divergence"] / (
        (random["epsilon"] * random["length"]) ** 2 * random["trace"] / (2 * 6)
    )
    assert abs(ratio.mean() - 1) < 0.15


def test_the_seed_fixes_everything_and_the_model_stays() -> None:
    model = build("llama").train()
    predictions = list(chosen(windows(count=2), 2, 1, bos_id=None))
    steps = Steps([0, 3], [1e-4, 0.1], directions=2, probes=2, seed=1)
    first = measure_perturbations(model, predictions, steps)
    pd.testing.assert_frame_equal(first, measure_perturbations(model, predictions, steps))
    assert model.training
    assert model.dtype == torch.float32
    other = measure_perturbations(
        model, predictions, Steps([0, 3], [1e-4, 0.1], directions=2, probes=2, seed=2)
    )
    random = first["direction"] == RANDOM
    assert (first["measured"] != other["measured"])[random].all()
