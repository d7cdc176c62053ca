"""Values of options that several commands take, and the words for a wrong one."""

import argparse
import re
from collections.abc import Callable

from token_influence.ranges import RANGE_PATTERN
from token_influence.standalone.choices import USUAL_DISTANCE


def integer(least: int) -> Callable[[str], int]:
    """Whole numbers from `least` on."""

    def whole(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"found {text!r}; allowed are whole numbers from {least} to {10**9 - 1}"
            )
        return int(text)

    return whole


def fitted_range(text: str) -> str:
    """A range of distances, as the config has them."""
    if not re.fullmatch(RANGE_PATTERN, text):
        raise argparse.ArgumentTypeError(
            f"found {text!r}; allowed is A..B, such as 1..{USUAL_DISTANCE}, or full"
        )
    return text


def name(text: str) -> str:
    """The name of a model in results."""
    if not re.fullmatch(r"[\w-][\w.-]{0,79}", text):
        raise argparse.ArgumentTypeError(
            f"found {text!r}; allowed are up to 80 letters, digits, '.', '_' and '-', not beginning "
            "with '.'"
        )
    return text
