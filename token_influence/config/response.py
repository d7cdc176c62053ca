"""The section `response` of the configuration: how predictions respond to changed inputs."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from token_influence.config.arms import ExplainedOrder, Weights
from token_influence.config.section import (
    MOST_NAMES,
    Count,
    Keys,
    Length,
    Position,
    Section,
    Tokens,
    meanings,
)

Several = Annotated[int, Field(ge=2, le=1_000_000)]  # one window has no interval
Intervention = Annotated[
    Literal["unigram", "zeros", "mean", "swap"],
    meanings(
        unigram="The token is replaced by one drawn from the corpus.",
        zeros="The token's embedding is replaced by zeros.",
        mean="The token's embedding is replaced by the mean embedding of the vocabulary.",
        swap="The token is exchanged with the token before it.",
    ),
]


class EverySource(Section):
    """One intervention, zeros, at every source of some predictions of the intact arms."""

    windows: Annotated[
        Several, Field(description="Number of windows of each seed, with one prediction each.")
    ]
    length: Annotated[
        Length,
        Field(description="Number of tokens that are read, from the window's start, in tokens."),
    ]


class SourceClasses(Section):
    """Shares of influence by class of source token, from what is measured anyway."""

    tail: Annotated[
        Position, Field(description="Smallest distance of the tail of a profile, in tokens.")
    ]


class Response(Section):
    """Which inputs of which predictions are changed, and how.

    The arms are those of the study that have one of these models, weights, corpora and orders each.
    """

    models: Annotated[Keys, Field(description="Keys of `models`, of the arms that are used.")]
    weights: Annotated[
        list[Weights],
        Field(
            min_length=1, max_length=MOST_NAMES, description="Weights of the arms that are used."
        ),
    ] = ["trained"]
    corpora: Annotated[Keys, Field(description="Keys of `corpora`, of the arms that are used.")]
    orders: Annotated[
        list[ExplainedOrder],
        Field(min_length=1, max_length=20, description="Orders of the arms that are used."),
    ] = ["intact"]
    classes: Annotated[
        SourceClasses | None,
        Field(
            description="How much of the influence each class of source tokens has; null for none."
        ),
    ] = None
    seeds: Annotated[
        Count,
        Field(
            description="Number of seeds, the first ones of `seeds`, whose windows are used; they also "
            "seed what is drawn here."
        ),
    ]
    windows: Annotated[Several, Field(description="Number of windows of each seed.")]
    predictions: Annotated[Count, Field(description="Number of predictions of each window.")]
    distances: Annotated[
        list[Tokens],
        Field(
            min_length=1,
            max_length=100,
            description="Distances of the changed tokens, in tokens, in ascending order.",
        ),
    ]
    epsilons: Annotated[
        list[Annotated[float, Field(ge=1e-6, le=10)]],
        Field(
            min_length=2,
            max_length=100,
            description="Lengths of the steps in ascending order, each as a share of the length of the "
            "embedding that is moved.",
        ),
    ]
    directions: Annotated[
        Annotated[int, Field(ge=1, le=100)],
        Field(description="Number of random directions of such steps, beside the gradient."),
    ]
    probes: Annotated[
        Annotated[int, Field(ge=1, le=1000)],
        Field(description="Number of random probes of the trace of the Fisher information."),
    ]
    interventions: Annotated[
        list[Intervention],
        Field(
            min_length=1,
            max_length=10,
            description="What is done to a token.",
        ),
    ]
    every_source: Annotated[
        EverySource | None,
        Field(description="Zeros at every source of some predictions; null for none of it."),
    ] = None
    windows_per_job: Annotated[
        Count | None,
        Field(
            description="Number of windows whose inputs one job changes; all windows of an arm and seed "
            "where it is null. The results are the same; another number measures again."
        ),
    ] = None

    @model_validator(mode="after")
    def _ascending(self) -> "Response":
        for name in ("distances", "epsilons"):
            values = getattr(self, name)
            if any(b <= a for a, b in pairwise(values)):
                raise ValueError(f"found the {name} {values}; allowed are ascending ones")
        if len(set(self.interventions)) < len(self.interventions):
            raise ValueError(f"found {self.interventions}; each intervention is allowed once")
        return self
