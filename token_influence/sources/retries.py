"""Requests tried again while a fault of the network may pass, and sentences for lasting faults."""

import re
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx2
import requests

from token_influence.errors import InterruptedFetchError, SourceError

Result = TypeVar("Result")

ATTEMPTS = 4
CONNECT_AND_READ_SECONDS = (15, 180)
FIRST_PAUSE_SECONDS = 1.0  # doubled before each further attempt
LONGEST_PAUSE_SECONDS = 300.0  # that a server may ask for
TRANSIENT_STATUS = {408, 425, 429, 500, 502, 503, 504}

BROKEN_OFF = (requests.exceptions.ChunkedEncodingError, httpx2.ReadError, httpx2.ProtocolError)


def attempt(
    what: str,
    attempts: int,
    action: Callable[[], Result],
    explain: Callable[[Any], str | None] = lambda response: None,
) -> Result:
    """The result of `action`, tried again with growing pauses while the fault may pass.

    `what` begins the message, such as 'a.zip could not be fetched from the mirror b'. `explain` may
    return a sentence for a response that refuses; then nothing is tried again.

    Raises SourceError for a lasting fault, InterruptedFetchError for one that may pass later.
    """
    for left in reversed(range(attempts)):
        try:
            return action()
        except (requests.RequestException, httpx2.HTTPError) as error:
            response = getattr(error, "response", None)
            explained = None if response is None else explain(response)
            # Nothing of the original is chained: it may hold signed addresses or a proxy's password.
            if explained is not None:
                raise SourceError(explained) from None
            reason, transient = diagnosis(error)
            if not transient:
                raise SourceError(f"{what}: {reason}.") from None
            if not left:
                raise InterruptedFetchError(f"{what}: {reason}.") from None
            pause = _asked_pause(response) or FIRST_PAUSE_SECONDS * 2 ** (attempts - 1 - left)
        say(f"{what}: {reason}; trying again in {pause:g} s, {left} of {attempts} left")
        time.sleep(pause)
    raise ValueError("attempts must be at least 1")


def diagnosis(error: requests.RequestException | httpx2.HTTPError) -> tuple[str, bool]:
    """What went wrong, without any address, and whether trying again may help."""
    response = getattr(error, "response", None)
    if response is not None:
        status = response.status_code
        return f"it answered with HTTP status {status}", status in TRANSIENT_STATUS
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate could not be verified", False
    if isinstance(error, requests.Timeout | httpx2.TimeoutException):
        return "it did not answer in time", True
    # While a body is read, requests calls a timeout a lost connection.
    if isinstance(error, requests.ConnectionError) and "timed out" in str(error):
        return "it did not answer in time", True
    if isinstance(error, BROKEN_OFF):
        return "the connection broke off", True
    if isinstance(error, requests.ConnectionError | httpx2.NetworkError):
        return "no connection could be made or kept", True
    return f"the request failed ({type(error).__name__})", False


def _asked_pause(response: Any) -> float | None:
    """The seconds that a server asks to wait: plain digits only, at most LONGEST_PAUSE_SECONDS."""
    headers: Mapping[str, str] = {} if response is None else response.headers
    asked = headers.get("Retry-After", "")
    return min(float(asked), LONGEST_PAUSE_SECONDS) if re.fullmatch("[0-9]{1,18}", asked) else None


def say(line: str) -> None:
    """Print a line for the user to standard error."""
    print(line, file=sys.stderr, flush=True)
