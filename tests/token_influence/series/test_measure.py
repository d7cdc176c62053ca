"""All of one series on a tiny model: what stands in the tables, and what is refused."""

import numpy as np
import pytest
from tiny_digits import model, tokenizer

from token_influence.errors import AttributionError, TokenInfluenceError
from token_influence.series.digits import two_digits
from token_influence.series.measure import measure
from token_influence.series.motifs import similarity

VALUES = np.sin(np.arange(40.0))
METHODS = ["semantic", "temperature", "fisher", "distance"]


def run(values=VALUES, split=None, **changes):
    split = split or tokenizer("29")
    settings = {"name": "mine", "bos_id": None, "methods": METHODS, "dimension": 3} | changes
    return measure(model(len(split)), split, values, **settings)


@pytest.fixture(scope="module")
def measured():
    return run(ablated=True, path=True)


def value(measured, measure: str, method: str = "") -> float:
    rows = measured.measures
    return rows[(rows["method"] == method) & (rows["measure"] == measure)]["value"].item()


def test_every_number_but_the_last_has_a_score_by_each_method(measured):
    numbers = two_digits(VALUES, "mine")
    for _, rows in measured.scores.groupby("method"):
        assert rows["index"].tolist() == list(range(39))
        assert rows["number"].tolist() == numbers[:-1].tolist()
        assert (rows["score"] > 0).all()
    assert set(measured.scores["method"]) == set(METHODS)
    assert measured.forecast.loc[measured.forecast["true"], "number"].tolist() == [numbers[-1]]


def test_the_measures_of_the_forecast_are_those_of_its_probabilities(measured):
    forecast = measured.forecast
    true = forecast.loc[forecast["true"], "probability"].item()
    assert value(measured, "mass") == pytest.approx(forecast["probability"].sum())
    assert value(measured, "loss") == pytest.approx(-np.log(true))
    mean = (forecast["number"] * forecast["probability"]).sum() / forecast["probability"].sum()
    number = forecast.loc[forecast["true"], "number"].item()
    assert value(measured, "error") == pytest.approx(abs(mean - number))
    assert value(measured, "integrand_1") == 1
    assert value(measured, "norm") > 0


def test_distance_alone_is_recent_and_no_more(measured):
    assert value(measured, "recency", "distance") == pytest.approx(1)
    assert np.isnan(value(measured, "similarity", "distance"))
    assert np.isfinite(value(measured, "aopc", "distance"))


def test_scores_that_are_the_similarity_correlate_with_it(monkeypatch):
    numbers = two_digits(VALUES, "mine")[:-1]
    alike = np.nan_to_num(similarity(numbers, 3), nan=-100.0) + 200
    behind = np.append(0.0, alike[:-1])
    for planted, name in ((alike, "similarity"), (behind, "following")):
        monkeypatch.setattr(
            "token_influence.series.measure.number_scores", lambda *_, own=planted: own
        )
        assert value(run(), name, "semantic") == pytest.approx(1)


def test_without_being_asked_nothing_is_ablated_and_no_path_followed():
    found = set(run().measures["measure"])
    assert not [name for name in found if name == "aopc" or name.startswith("integrand")]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"values": VALUES[:9]}, "The series mine has 8 numbers before the one to be predicted"),
        ({"values": [1.0]}, "The series mine has 0 numbers before the one to be predicted"),
        ({"values": np.ones(40)}, "All 40 values of the series mine are 1"),
        (
            {"split": tokenizer(characters=[*"abc,"])},
            "does not spell the series mine by its digits",
        ),
        ({"methods": ["saliency"]}, "Unknown attribution method 'saliency'"),
    ],
)
def test_what_cannot_be_measured_is_told_in_one_sentence(changes, part):
    with pytest.raises(AttributionError) as caught:
        run(**changes)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_series_beyond_the_context_is_refused():
    with pytest.raises(TokenInfluenceError, match="the model reads at most 256"):
        run(np.sin(np.arange(200.0)))
