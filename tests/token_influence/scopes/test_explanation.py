"""Records of prompts: scores, probabilities and ranks agree with the library's own functions."""

import json

import numpy as np
import pytest
import torch
from explained_prompts import HOSTILE, loaded, record

from token_influence.attribution.attribute import attribute
from token_influence.errors import AttributionError
from token_influence.scopes.asked import Asked, prediction_of
from token_influence.scopes.explanation import explain
from token_influence.scopes.prompt import read_prompt


def test_scores_are_those_of_attribute_and_the_record_is_plain_data():
    asked = [Asked(), Asked(before="sea"), Asked(contrast=("x", "y"))]
    found = record("the sea is", *asked)
    assert json.loads(json.dumps(found)) == found
    tiny = loaded()
    prompt = read_prompt("sea", "the sea is", tiny.tokenizer)
    for question, explanation in zip(asked, found["explanations"], strict=True):
        prediction = prediction_of(question, prompt, tiny.tokenizer)
        (scores,) = attribute(tiny.model, [prediction], ["semantic", "fisher"], bos_id=None)
        for label, values in scores.items():
            assert explanation["scores"][label] == pytest.approx(values.tolist(), rel=1e-4)
    assert [len(e["scores"]["semantic"]) for e in found["explanations"]] == [10, 6, 10]


def test_probabilities_are_those_of_the_model_where_the_target_begins():
    tiny = loaded()
    found = record("the sea", Asked(), Asked(before="sea"))
    own, words = found["explanations"]
    ids = torch.tensor([[token["id"] for token in found["tokens"]]])
    with torch.no_grad():
        probabilities = torch.softmax(tiny.model(ids).logits[0], dim=-1)
    assert words["next_after"] == 3
    for explanation, row in ((own, 6), (words, 3)):
        first = explanation["next"][0]
        assert first["probability"] == pytest.approx(float(probabilities[row].max()), rel=1e-4)
        assert first["id"] == int(probabilities[row].argmax())
        assert len(explanation["next"]) == 15
    assert own["explained"][0]["id"] == own["next"][0]["id"]
    assert [part["text"] for part in words["explained"]] == list("sea")
    expected = [float(probabilities[3 + k, ids[0, 4 + k]]) for k in range(3)]
    assert [part["probability"] for part in words["explained"]] == pytest.approx(expected, rel=1e-4)


def test_expected_words_have_the_ranks_of_their_tokens():
    (explanation,) = record("the sea is", Asked(expected=("sea", "the")))["explanations"]
    sea, the = explanation["expected"]
    for one, span in ((sea, slice(4, 7)), (the, slice(0, 3))):
        assert one["tokens"] == list(range(span.start, span.stop))
        for label, ranks in explanation["ranks"].items():
            assert one["rank"][label] == min(ranks[span])
            order = np.argsort(np.argsort(-np.array(explanation["scores"][label]))) + 1
            assert ranks == order.tolist()
    assert set(explanation["spread"]) == {"semantic", "fisher", "distance"}


def test_markup_is_text_like_any_other():
    found = record(HOSTILE)
    assert "".join(token["text"] for token in found["tokens"]) == HOSTILE


@pytest.mark.parametrize(
    ("text", "asked", "sentence"),
    [
        ("sea", Asked(position=7), "position 7, but its text has 3 tokens, so 0 to 2 are allowed"),
        ("sea" * 30, Asked(), "is 90 tokens long, but the model reads at most 64"),
        (
            "the sea",
            Asked(position=2, expected=("sea",)),
            "'sea' of the prompt sea stand after the",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(text, asked, sentence):
    with pytest.raises(AttributionError, match=sentence):
        record(text, asked)


def test_an_unknown_method_is_refused():
    tiny = loaded()
    with pytest.raises(AttributionError, match="Unknown attribution method 'saliency'; allowed"):
        explain(tiny.model, tiny.tokenizer, "sea", [Asked()], ["saliency"])
