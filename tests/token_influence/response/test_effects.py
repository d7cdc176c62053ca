"""Effects on a prediction, against the definitions."""

import torch

from token_influence.response.effects import divergences, log_probability_changes

P = torch.randn(50, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
Q = torch.randn(3, 50, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def test_changes_are_those_of_the_log_probability() -> None:
    expected = Q.softmax(-1)[:, 7].log() - P.softmax(-1)[7].log()
    torch.testing.assert_close(log_probability_changes(P, Q, 7), expected)


def test_the_divergence_is_kullbacks_and_leiblers() -> None:
    logs, rows = P.log_softmax(-1), Q.log_softmax(-1)
    expected = (logs.exp() * (logs - rows)).sum(-1)
    torch.testing.assert_close(divergences(P, Q), expected)


def test_rounding_of_the_logits_enters_squared() -> None:
    noise = 1e-6 * Q[:1]
    assert 0 < divergences(P, P + noise)[0] < 1e-11
    assert divergences(P, P[None] + 3.0)[0] < 1e-15
