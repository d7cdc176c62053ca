"""What a job that reads a model asks of a cluster: memory and time, from sizes alone.

Both are limits, not estimates: where a cluster ends a job at its limit, the next attempt asks for
a multiple. `token_influence.cost` estimates.
"""

from math import ceil

from token_influence.config.derived import windows_of
from token_influence.config.schema import Study

# Megabytes of Python and the libraries.
LIBRARIES_MB = 700
# The weights in float32, and half as much again for the activations of a window.
BYTES_PER_WEIGHT = 6
# Operations per second that the slowest machines in use reach: one thread of a CPU, and a GPU.
CPU_RATE, GPU_RATE = 5e9, 1e12
# For imports, checksums, loading and a queue's own delays.
START_MINUTES = 30


def parameters_of(study: Study, model: str) -> int:
    """The number of weights of a model; 0 where the study does not tell its sizes."""
    entry = study.models[model]
    if (training := entry.training) is not None:
        layers = 12 * training.layers * training.width**2
        return layers + 2 * training.vocabulary * training.width
    return entry.facts.parameters if entry.facts else 0


def requested_mb(study: Study, model: str) -> int:
    """Megabytes of a job that reads a model: `influence.memory_mb`, or what its weights need."""
    weights = BYTES_PER_WEIGHT * parameters_of(study, model) / 1e6
    return max(study.influence.memory_mb, ceil(weights) + LIBRARIES_MB)


def requested_minutes(
    study: Study,
    model: str,
    corpus: str | None,
    objectives: int,
    gpu: bool,
    most: int | None = None,
) -> int:
    """Minutes that measuring one arm and seed does not exceed, even on a slow machine.

    corpus: whose windows are measured; None for the study's. objectives: how many. gpu: whether one is
    used. most: a job measures no more windows than this; None for no such limit. A forward pass per
    window and a backward pass per position and objective count, as if each went through the whole
    window.
    """
    windows = windows_of(study, corpus) if corpus else study.windows
    passes = min(windows.per_seed, most or windows.per_seed) * (1 + windows.positions * objectives)
    operations = 2 * parameters_of(study, model) * windows.length * passes
    rate = GPU_RATE if gpu else CPU_RATE * study.influence.torch_threads
    return START_MINUTES + ceil(operations / rate / 60)
