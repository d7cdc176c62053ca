"""Scores of numbers, and the ablation of whole numbers."""

import numpy as np
import pytest
import torch
from tiny_digits import model, tokenizer

from token_influence.attribution.conventions import AS_IN_PAPER
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.registry import METHODS
from token_influence.attribution.targets import Token
from token_influence.series.scores import SUMMED, number_aopc, number_scores
from token_influence.series.tokens import number_tokens

NUMBERS = [int(value) for value in np.random.default_rng(0).integers(15, 86, 31)]


def test_a_number_has_the_norm_of_its_tokens_and_fisher_the_sum():
    scores = np.array([3.0, 4.0, 9.0, 1.0])
    spans = [(0, 2), (3, 4)]
    assert number_scores(scores, spans, "semantic").tolist() == [5, 1]
    assert number_scores(scores, spans, "integrated_gradients-steps=5").tolist() == [5, 1]
    assert number_scores(scores, spans, "fisher-rank=4").tolist() == [7, 1]
    assert set(SUMMED) <= set(METHODS)


def test_the_area_is_that_of_ablating_the_first_numbers_by_hand():
    split = tokenizer("29")
    reader = model(len(split))
    tokens = number_tokens(NUMBERS, split, "mine")
    position = len(tokens.token_ids) - 1
    prediction = Prediction("mine", tokens.token_ids, position, Token(tokens.next_id))
    scores = {"rising": np.arange(30.0), "falling": -np.arange(30.0)}
    found = number_aopc(reader, prediction, scores, tokens.spans, bos_id=None)

    def log_probability(ablated) -> float:
        with torch.inference_mode():
            embeddings = reader.get_input_embeddings()(torch.tensor([tokens.token_ids])).clone()
            for begin, end in (tokens.spans[k] for k in ablated):
                embeddings[0, begin:end] = 0
            logits = reader(inputs_embeds=embeddings).logits[0, -1]
            return float(logits.log_softmax(dim=-1)[tokens.next_id])

    intact = log_probability([])
    firsts = {"rising": list(range(29, -1, -1)), "falling": list(range(30))}
    for name, order in firsts.items():
        drops = [log_probability(order[:n]) - intact for n in (1, 3, 6)]  # 5, 10, 20 % of 30
        assert found[name] == pytest.approx(np.dot(drops, AS_IN_PAPER.weights()), abs=1e-5)
    assert found["rising"] != pytest.approx(found["falling"], abs=1e-4)
