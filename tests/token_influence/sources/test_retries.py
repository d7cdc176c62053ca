"""A fault that may pass is tried again, after the pause that the server asks for."""

from types import SimpleNamespace

import pytest
import requests

from token_influence.errors import InterruptedFetchError, SourceError
from token_influence.sources import retries
from token_influence.sources.retries import _asked_pause, attempt

NUMBERS = [("12", 12), ("²", None), ("١٢", None), ("-1", None), ("9" * 5000, None)]


@pytest.mark.parametrize(("stated", "pause"), NUMBERS)
def test_a_stated_pause_is_digits_and_of_bounded_length(stated, pause):
    assert _asked_pause(SimpleNamespace(headers={"Retry-After": stated})) == pause


@pytest.mark.parametrize(
    ("fault", "tries", "kind"),
    [
        (requests.ConnectionError("refused"), 3, InterruptedFetchError),
        (requests.exceptions.SSLError("untrusted"), 1, SourceError),
    ],
)
def test_only_what_may_pass_is_tried_again(monkeypatch, fault, tries, kind):
    monkeypatch.setattr(retries, "FIRST_PAUSE_SECONDS", 0.001)
    calls = []

    def action():
        calls.append(1)
        raise fault

    with pytest.raises(SourceError, match=r"^It failed: ") as caught:
        attempt("It failed", 3, action)
    assert type(caught.value) is kind
    assert len(calls) == tries
