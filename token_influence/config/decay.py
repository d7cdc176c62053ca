"""The sections `decay` and `headline` of the configuration: the curves fitted to profiles."""

from typing import Annotated, Literal

from pydantic import Field

from token_influence.config.section import Position, Section, Seed, Tokens
from token_influence.ranges import RANGE_PATTERN

Family = Literal[
    "constant",
    "power_law",
    "exponential",
    "power_law_no_offset",
    "exponential_no_offset",
    "stretched_exponential",
    "truncated_power_law",
    "logarithmic",
]
Families = Annotated[list[Family], Field(min_length=1, max_length=20)]
FitRange = Annotated[str, Field(pattern=f"^({RANGE_PATTERN})$")]


class Bootstrap(Section):
    """How intervals are computed: by resampling windows or documents."""

    resamples: Annotated[int, Field(ge=2, le=1_000_000, description="Number of resamples.")] = 1000
    interval: Annotated[
        float, Field(gt=0, lt=1, description="Coverage of the intervals, such as 0.95.")
    ] = 0.95
    method: Annotated[
        Literal["percentile", "bias_corrected", "expanded"],
        Field(description="How the resamples give an interval."),
    ] = "percentile"
    cluster: Annotated[
        Literal["auto", "window", "document"],
        Field(
            description="The unit of resampling: a window, or a document with all its windows; 'auto' "
            "chooses by the variance between documents, and the fits say which and why."
        ),
    ] = "auto"
    seed: Annotated[Seed, Field(description="Seed of the resampling.")] = 0


class Sweep(Section):
    """Further ranges, which show how much a fit depends on its limits."""

    families: Annotated[Families, Field(description="Curves that are fitted to each range.")]
    lowest: Annotated[
        list[Tokens],
        Field(
            min_length=1,
            max_length=100,
            description="Smallest distances of the ranges, in tokens.",
        ),
    ]
    highest: Annotated[
        list[Position],
        Field(
            min_length=1,
            max_length=100,
            description="Largest distances of the ranges, in tokens; the largest distance that every "
            "prediction has is added, and larger ones are left out.",
        ),
    ]


class Decay(Section):
    """The curves that are fitted to profiles, and how."""

    families: Annotated[Families, Field(description="Curves that are fitted to each profile.")]
    ranges: Annotated[
        list[FitRange],
        Field(
            min_length=1,
            max_length=100,
            description="Ranges of distances that are fitted, in tokens, each 'LOWEST..HIGHEST' with "
            "both ends included, or 'full'.",
        ),
    ]
    scale: Annotated[
        Literal["linear", "log"],
        Field(
            description="Scale on which residuals are computed: of the profile or its logarithm."
        ),
    ] = "linear"
    weighting: Annotated[
        Literal["uniform", "inverse_variance"],
        Field(description="How the distances are weighted in a fit."),
    ] = "uniform"
    sweep: Annotated[
        Sweep, Field(description="Further ranges, which are fitted to all seeds pooled.")
    ]
    bootstrap: Annotated[Bootstrap, Field(description="How intervals are computed.")]


class Headline(Section):
    """The fits that the headline table and the figures show."""

    range: Annotated[FitRange, Field(description="The range that is shown: one of `decay.ranges`.")]
    skip_sources: Annotated[
        Tokens,
        Field(description="Number of first positions left out as sources, one of `skip_sources`."),
    ]
