"""One measurement: the text's name, checks before anything is loaded, and what comes out."""

from pathlib import Path

import pytest
import torch
from tiny_study import write_model, write_text

from token_influence.errors import DecayError, InfluenceError, ModelError, WindowError
from token_influence.influence import speed
from token_influence.standalone import measurement
from token_influence.standalone.choices import Choices, fits_on
from token_influence.standalone.measurement import (
    corpus_name,
    measure_text,
    prepare,
    read_documents,
)

SMALL = {"windows": 4, "length": 48, "positions": 2, "device": "cpu"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model `tiny` and the text `novel.txt`."""
    folder = tmp_path_factory.mktemp("inputs")
    write_model(folder / "tiny")
    write_text(folder / "novel.txt", 1)
    return folder


def test_a_text_is_named_after_its_file_and_several_are_named_text() -> None:
    assert corpus_name(["a/My Novel.txt"]) == "my-novel"
    assert corpus_name(["a.txt", "b.txt"]) == "text"


def test_every_objective_has_its_tables_and_fits(inputs: Path) -> None:
    choices = Choices(**SMALL, objectives=("true_logit", "temperature"))
    findings = measure_text(inputs / "tiny", [inputs / "novel.txt"], choices)
    assert set(findings.decay) == set(findings.profile["objective"]) == set(choices.objectives)
    assert findings.decay["temperature"]["arm"] == {
        "model": "tiny",
        "weights": "trained",
        "corpus": "novel",
        "order": "intact",
        "objective": "temperature",
    }
    assert len(findings.windows) == 4
    assert len(findings.predictions) == 8
    assert set(findings.influence["objective"]) == set(choices.objectives)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"order": "reversed"}, WindowError, "order: found 'reversed'; allowed are intact, shuf"),
        ({"windows": 1}, WindowError, "windows: found 1; allowed is at least 2"),
        ({"min_position": 48}, WindowError, "the lowest position: found 48; allowed is 1 to 47"),
        ({"positions": 25}, WindowError, "positions: found 25; allowed is 1 to 24"),
        ({"objectives": ("loss",)}, InfluenceError, "Unknown objective 'loss'"),
        ({"fits": fits_on("1..25")}, DecayError, "range 1..25 does not lie within 0..24"),
        ({"dtype": "float16"}, ModelError, "dtype: found 'float16'; allowed are float32, bfloat16"),
    ],
)
def test_bad_choices_are_refused_before_the_model_is_read(inputs, changes, error, sentence) -> None:
    documents = read_documents([inputs / "novel.txt"])
    chosen = Choices(**(SMALL | changes))
    with pytest.raises(error, match=sentence.replace("..", r"\.\.")):
        prepare("no such folder", documents, "novel", chosen)


def test_bfloat16_is_refused_where_it_is_slow_unless_it_is_wanted(inputs, monkeypatch) -> None:
    monkeypatch.setattr(speed, "seconds_of_product", lambda dtype, _: 1.0 + (dtype == "bfloat16"))
    documents = read_documents([inputs / "novel.txt"])
    asked = {**SMALL, "dtype": "bfloat16"}
    with pytest.raises(ModelError, match=r"takes 2\.0 times as long .* or add --slow-bfloat16\."):
        prepare("no such folder", documents, "novel", Choices(**asked))
    with pytest.raises(ModelError, match="no such folder"):
        prepare("no such folder", documents, "novel", Choices(**asked, slow_bfloat16=True))


def test_bfloat16_is_compared_with_float32_and_refused_where_it_differs(
    inputs, monkeypatch
) -> None:
    heard = []

    def check(exact, fast, windows, *_, **named) -> list[dict]:
        heard.append((exact.dtype, fast.dtype, len(windows)))
        return [{"objective": "true_logit"}]

    monkeypatch.setattr(measurement, "check_precision", check)
    documents = read_documents([inputs / "novel.txt"])
    asked = Choices(**SMALL, dtype="bfloat16", slow_bfloat16=True)
    prepared = prepare(inputs / "tiny", documents, "novel", asked)
    assert heard == [(torch.float32, torch.bfloat16, 4)]
    assert prepared.agreement == [{"objective": "true_logit"}]
    assert prepare(inputs / "tiny", documents, "novel", Choices(**SMALL)).agreement == []
    assert len(heard) == 1
