"""Every order that a study may name is described, and every control can be made."""

from typing import get_args

from tiny_study import REPOSITORY

from token_influence.config.arms import Order
from token_influence.orders import CONTROLS, ORDERS, PAIRED


def test_the_configuration_allows_exactly_the_described_orders():
    assert get_args(Order) == tuple(ORDERS)


def test_all_but_the_intact_order_are_controls_and_those_with_its_tokens_are_paired():
    assert CONTROLS == ("shuffled", "blocks16", "reversed", "unigram")
    assert PAIRED == ("shuffled", "blocks16", "reversed")


def test_the_page_says_the_same_words_and_questions():
    page = (REPOSITORY / "docs/response.md").read_text(encoding="utf-8")
    for name, order in ORDERS.items():
        question = f" {order.question} " if order.question else " "
        assert f"| `{name}` | {order.words} |{question}|" in page
    assert len({order.words for order in ORDERS.values()}) == len(ORDERS)
    assert all(ORDERS[name].question.endswith("?") for name in CONTROLS)
