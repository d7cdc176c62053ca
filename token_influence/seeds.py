"""Named random streams: one seed serves many purposes, and none of them shifts another."""

import hashlib

import numpy as np


def sequence(seed: int, purpose: str, *keys: str | int) -> np.random.SeedSequence:
    """The seed sequence of `purpose` and `keys` under `seed`.

    Purpose and keys enter as a hash of their text, so that a new purpose never shifts an old one.
    """
    text = "\x1f".join([purpose, *map(str, keys)])
    digest = hashlib.sha256(text.encode()).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    return np.random.SeedSequence([seed, *words])


def stream(seed: int, purpose: str, *keys: str | int) -> np.random.Generator:
    """The random generator of `purpose` under `seed` (see `sequence`)."""
    return np.random.default_rng(sequence(seed, purpose, *keys))


def torch_seed(seed: int, purpose: str, *keys: str | int) -> int:
    """A 63-bit integer from the same seed sequence, for `torch.manual_seed`."""
    return int(sequence(seed, purpose, *keys).generate_state(1, np.uint64)[0] >> np.uint64(1))
