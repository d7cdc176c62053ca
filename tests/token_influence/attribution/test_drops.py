"""What is followed through ablations, and what stands in for the ablated tokens."""

import numpy as np
import pytest
import torch
from explained import predictions
from tiny_models import build

from token_influence.attribution.conventions import AS_IN_CODE, AS_IN_PAPER
from token_influence.attribution.drops import drops, replacement
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.targets import Contrast, Token, Tokens
from token_influence.errors import AttributionError
from token_influence.response import ablation
from token_influence.response.ablation import Change, log_probabilities

MASKS = np.array([[False] * 10, [True, False] * 5, [False] * 9 + [True], [True, False] * 5])


def changed(model, prediction: Prediction, new=None) -> torch.Tensor:
    """Log-probabilities [4, V] after each of `MASKS`."""
    changes = [Change(row, new) for row in MASKS]
    return log_probabilities(model, prediction.read, prediction.position, changes, bos_id=None)


@pytest.mark.parametrize("conventions", [AS_IN_PAPER, AS_IN_CODE])
def test_the_drop_is_that_of_the_target_or_of_the_arg_max(conventions) -> None:
    model, (prediction,) = build("llama"), predictions()
    found = drops(model, [prediction], [MASKS], conventions, bos_id=None)[0]
    rows = changed(model, prediction)
    true = prediction.token_ids[prediction.position + 1]
    assert true != int(rows[0].argmax())
    followed = true if conventions is AS_IN_PAPER else int(rows[0].argmax())
    np.testing.assert_allclose(found, rows[:, followed] - rows[0, followed], atol=1e-6)
    assert found[0] == pytest.approx(0, abs=1e-6)
    assert abs(found[1]) > 1e-2


def test_another_target_is_followed_in_its_place() -> None:
    model = build("llama")
    for target, weights in ((Token(7), {7: 1}), (Contrast(7, 9), {7: 1, 9: -1})):
        (prediction,) = predictions(target=target)
        rows = changed(model, prediction)
        value = sum(weight * rows[:, token] for token, weight in weights.items())
        found = drops(model, [prediction], [MASKS], AS_IN_PAPER, bos_id=None)[0]
        np.testing.assert_allclose(found, value - value[0], atol=1e-6)


def test_tokens_at_several_positions_are_refused() -> None:
    (prediction,) = predictions(target=Tokens(((8, 5), (9, 6))))
    with pytest.raises(
        AttributionError, match="The target of text/0 has tokens at several positions"
    ):
        drops(build("llama"), [prediction], [MASKS], AS_IN_PAPER, bos_id=None)


def test_equal_masks_are_read_once(monkeypatch) -> None:
    seen = []
    real = ablation.last_log_probabilities

    def counted(model, embeddings, *rest):
        seen.append(len(embeddings))
        return real(model, embeddings, *rest)

    monkeypatch.setattr(ablation, "last_log_probabilities", counted)
    found = drops(build("llama"), predictions(2), [MASKS, MASKS[1:]], AS_IN_PAPER, bos_id=None)
    assert seen == [2, 5]  # both intact texts; then three and two different masks
    assert [len(values) for values in found] == [4, 3]
    assert found[0][1] == found[0][3]


def test_what_stands_in_is_the_mean_or_tokens_of_a_corpus() -> None:
    model, (prediction, other) = build("llama"), predictions(2)
    table = model.get_input_embeddings().weight
    assert replacement(model, "zeros")(prediction) is None
    mean = replacement(model, "mean")(prediction)
    torch.testing.assert_close(mean, table.mean(dim=0, keepdim=True))
    corpus = replacement(model, "corpus", pool=[3, 4, 5], seed=1)
    drawn = corpus(prediction)
    ids = [int((table == row).all(dim=1).nonzero()) for row in drawn]
    assert set(ids) == {3, 4, 5}
    assert len(ids) == 10
    assert torch.equal(drawn, corpus(prediction))
    assert not torch.equal(drawn, corpus(other))
    rows = changed(model, prediction, drawn)
    true = prediction.token_ids[prediction.position + 1]
    found = drops(model, [prediction], [MASKS], AS_IN_PAPER, bos_id=None, replace=corpus)[0]
    np.testing.assert_allclose(found, rows[:, true] - rows[0, true], atol=1e-6)


def test_a_corpus_without_tokens_is_refused() -> None:
    with pytest.raises(AttributionError, match="needs a corpus that has some"):
        replacement(build("llama"), "corpus")
