"""The small manifest of a trained checkpoint, on which later jobs depend."""

from collections.abc import Mapping
from typing import Any


def manifest(
    training: Mapping[str, Any], model: str, checkpoint: str, licence: str, quantisation: str
) -> dict[str, Any]:
    """The manifest of `checkpoint` (`stepN`), from the record of the training of `model`.

    Its keys are those that `registration.prepare_checkpoint` gives, except `fetched`, and `tokens_seen`.
    """
    checkpoints = training["checkpoints"]
    entry, last = checkpoints[checkpoint], max(other["step"] for other in checkpoints.values())
    return {
        "source": {"training": model},
        "licence": licence,
        "revision": f"step {entry['step']} of {last}",
        "quantisation": quantisation,
        "loss_on_known_paragraph": None,
        **{key: entry[key] for key in ("tokens_seen", "facts", "files")},
    }
