"""The orders of a window's tokens: the text's own, and the controls, each with its words.

The configuration allows these names, `windows.orders` makes the controls, and tables, figures and
captions take the words from here. The ground floor, from where each of them may import it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

INTACT = "intact"


@dataclass(frozen=True)
class Order:
    """What an order is, after "the tokens", and the question that it answers if it is a control.

    same_tokens: whether a window holds the tokens of the intact window, so that both are a pair.
    """

    words: str
    question: str
    same_tokens: bool = True


ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        INTACT: Order("as they stand in the text", ""),
        "shuffled": Order(
            "of each window under a random permutation", "Is the order of the text needed?"
        ),
        "blocks16": Order(
            "of each window in blocks of 16, the blocks under a random permutation",
            "Is the local order enough?",
        ),
        "reversed": Order(
            "of each window from the last to the first",
            "Is it enough that neighbours stay neighbours, in the wrong direction?",
        ),
        "unigram": Order(
            "of each window drawn from all tokens of the corpus",
            "Is a document needed at all?",
            same_tokens=False,
        ),
    }
)
"""All orders, in the order in which tables and figures show them."""

CONTROLS = tuple(name for name in ORDERS if name != INTACT)
"""The orders that are made from intact windows."""

PAIRED = tuple(name for name in CONTROLS if ORDERS[name].same_tokens)
"""The controls that are compared with the intact arm window by window."""


def difference_name(control: str) -> str:
    """How tables call the difference between the intact arm and a control.

    >>> difference_name("shuffled")
    'intact − shuffled'
    """
    return f"{INTACT} − {control}"
