"""Windows that do not fit the model are refused; those that are alike share a batch."""

import pandas as pd
import pytest
from tiny_models import VOCABULARY, build, windows

from token_influence.errors import WindowError
from token_influence.influence.batches import next_batch, read_windows
from token_influence.influence.measure import measure


def with_ids(*token_ids: int) -> pd.DataFrame:
    return pd.DataFrame({"window": [4], "token_ids": [list(token_ids)], "positions": [[1]]})


BAD_WINDOWS = {
    "beyond the vocabulary": (with_ids(3, VOCABULARY, 5), None, r"Window 4 .*token id 41"),
    "below the vocabulary": (with_ids(3, -1, 5), None, r"Window 4 .*token id -1"),
    "position outside": (windows(1, positions=(14,)), None, r"Window 0 .*position 14.* 0 to 13"),
    "negative position": (windows(1, positions=(-1,)), None, r"Window 0 .*position -1"),
    "no position": (windows(1, positions=()), None, r"Window 0 names no position"),
    "beyond the context": (windows(1, length=33), None, r"Window 0 is 33 tokens.* at most 32"),
    "beyond it with BOS": (windows(1, length=32), 1, r"33 tokens long with begin-of-text"),
    "begin of text": (windows(1), VOCABULARY, r"begin-of-text id 41"),
    "twice": (pd.concat([windows(1), windows(1)]), None, r"Window 0 is there more than once"),
}


@pytest.mark.parametrize("name", BAD_WINDOWS)
def test_windows_that_do_not_fit_are_refused(name: str) -> None:
    frame, bos_id, message = BAD_WINDOWS[name]
    with pytest.raises(WindowError, match=message):
        measure(build("llama"), frame, ["true_logit"], bos_id=bos_id)


def test_a_batch_holds_the_first_windows_of_one_shape() -> None:
    frame = pd.concat([windows(3), windows(2, positions=(5, 9))], ignore_index=True)
    todo = read_windows(frame.assign(window=range(5)), build("llama"), None)
    assert [window.number for window in next_batch(todo, 2)] == [0, 1]
    assert [window.number for window in next_batch(todo, 5)] == [0, 1, 2]
    assert [window.number for window in next_batch(todo[2:], 5)] == [2]
