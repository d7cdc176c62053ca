"""A new objective is one function: everything after the registry takes it as it is."""

import pandas as pd
import pytest
import torch
from tiny_models import build, plain_logits, windows

from token_influence.decay.records import decay_records
from token_influence.decay.settings import Settings
from token_influence.figures.curves import headline_fits
from token_influence.figures.objectives import objectives_figure
from token_influence.influence.measure import measure
from token_influence.influence.objectives import OBJECTIVES, Outputs, Scores, register
from token_influence.influence.precision import check_precision
from token_influence.profiles.aggregate import aggregate
from token_influence.profiles.normalise import normalised_profiles
from token_influence.tables.decay import decay_table

NAME = "log_partition"
SEED = 0
FRAME = windows(4, length=30, positions=(24, 29))


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The logarithm of the softmax's denominator, with the largest logit as its record."""
    monkeypatch.setitem(OBJECTIVES, NAME, None)  # so that it is removed at the end

    @register(NAME, records=("largest_logit",))
    def log_partition(outputs: Outputs) -> Scores:
        largest = outputs.logits.amax(dim=-1)
        return torch.logsumexp(outputs.logits, dim=-1), {"largest_logit": largest}


def test_it_is_measured_as_autograd_measures_it() -> None:
    model = build("llama")
    measured = measure(model, FRAME, [NAME, "true_logit"], bos_id=None)
    assert set(measured.influence["objective"]) == {NAME, "true_logit"}
    for row in measured.predictions.itertuples():
        embeddings, logits = plain_logits(model, FRAME.token_ids[row.window])
        (gradient,) = torch.autograd.grad(logits[row.position].logsumexp(-1), embeddings)
        expected = gradient[0, : row.position + 1].norm(dim=-1).flip(0)
        chosen = measured.influence.query(
            "window == @row.window and position == @row.position and objective == @NAME"
        )
        torch.testing.assert_close(
            torch.tensor(chosen["influence"].to_numpy()), expected, rtol=1e-4, atol=0
        )
        assert row.largest_logit == pytest.approx(logits[row.position].max().item(), rel=1e-5)


def test_it_goes_on_to_profiles_fits_table_and_figure() -> None:
    measured = measure(build("llama"), FRAME, [NAME, "true_logit"], bos_id=None, recompute=True)
    settings = Settings(["power_law", "exponential"], ["1..24"], [0])
    records, profiles = [], []
    for name in (NAME, "true_logit"):
        arm = {"model": "tiny", "weights": "random", "corpus": "c", "order": "intact"}
        rows = measured.influence.query("objective == @name")
        normalised = [normalised_profiles(rows, SEED)]
        profiles.append(aggregate(normalised, settings.skip_sources))
        fits = decay_records(normalised, settings)
        records.append({"arm": arm | {"objective": name}, **fits})
    table: pd.DataFrame = decay_table(records)
    assert set(table["objective"]) == {NAME, "true_logit"}
    headline = {"range": "1..24", "skip_sources": 0}
    assert len(headline_fits(records[0], headline)) == 2
    figure = objectives_figure(profiles, records, headline, 0.95)
    words = " ".join(text.get_text() for text in figure.legends[0].get_texts())
    assert "log partition" in words


def test_its_precision_can_be_checked() -> None:
    model = build("llama")
    (record,) = check_precision(model, model, FRAME, [NAME], bos_id=None)
    assert record["profile_error"] == 0
