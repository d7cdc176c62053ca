"""Every order that a study may name is described, and every control can be made."""

from typing import get_args

from token_influence.config.arms import Order
from token_influence.orders import CONTROLS, ORDERS, PAIRED


def test_the_configuration_allows_exactly_the_described_orders():
    assert get_args(Order) == tuple(ORDERS)


def test_all_but_the_intact_order_are_controls_and_those_with_its_tokens_are_paired():
    assert CONTROLS == ("shuffled", "blocks16", "reversed", "unigram")
    assert PAIRED == ("shuffled", "blocks16", "reversed")


def test_every_order_has_words_and_a_question_of_its_own():
    assert len({order.words for order in ORDERS.values()}) == len(ORDERS)
    assert all(order.question.endswith("?") for order in ORDERS.values())
