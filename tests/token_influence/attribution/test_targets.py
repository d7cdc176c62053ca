"""Targets name the logits that they sum."""

from token_influence.attribution.targets import Contrast, Predicted, Token, Tokens, TrueToken

TEXT = (5, 6, 7, 8)


def test_each_target_is_a_weighted_sum_of_logits():
    def terms(target):
        return [tuple(term) for term in target.terms(TEXT, 2, predicted=30)]

    assert terms(TrueToken()) == [(2, 8, 1)]
    assert terms(Predicted()) == [(2, 30, 1)]
    assert terms(Token(9)) == [(2, 9, 1)]
    assert terms(Contrast(9, 10)) == [(2, 9, 1), (2, 10, -1)]
    assert terms(Tokens(((1, 7), (2, 8)))) == [(1, 7, 1), (2, 8, 1)]
