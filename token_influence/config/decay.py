"""The sections `decay` and `headline` of the configuration: the curves fitted to profiles."""

from typing import Annotated, Literal

from pydantic import Field

from token_influence.config.section import Position, Section, Seed, Tokens, meanings
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
Families = Annotated[
    list[
        Annotated[
            Family,
            meanings(
                constant="The constant γ, in units of the influence at r = 0.",
                power_law="A power law with an offset: γ + β (r+1)^−p.",
                exponential="An exponential with an offset: γ + β exp(−r/ξ), ξ in tokens.",
                power_law_no_offset="A power law that falls to zero: β (r+1)^−p.",
                exponential_no_offset="An exponential that falls to zero: β exp(−r/ξ), ξ in tokens.",
                stretched_exponential="A stretched exponential: γ + β exp(−(r/ξ)^κ), ξ in tokens.",
                truncated_power_law="A power law with an exponential cut-off: γ + β (r+1)^−p exp(−r/ξ).",
                logarithmic="A straight line in ln(r+1): γ − β ln(r+1).",
            ),
        ]
    ],
    Field(min_length=1, max_length=20),
]
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
        meanings(
            percentile="The central quantiles of the resampled values (Efron, 1979).",
            bias_corrected="Quantiles that are shifted by the bias of the resampled median (Efron, "
            "1981).",
            expanded="Quantiles further out, as wide as Student's t asks for few clusters "
            "(Hesterberg, 2015).",
        ),
    ] = "percentile"
    cluster: Annotated[
        Literal["auto", "window", "document"],
        Field(
            description="The unit of resampling: a window, or a document with all its windows; 'auto' "
            "chooses by the variance between documents, and the fits say which and why."
        ),
        meanings(
            auto="Documents if they differ from each other more than their windows do, else windows.",
            window="Each window is resampled by itself.",
            document="A document is resampled with all its windows.",
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
        meanings(
            linear="Residuals are differences of the influence.",
            log="Residuals are differences of the influence's logarithm.",
        ),
    ] = "linear"
    weighting: Annotated[
        Literal["uniform", "inverse_variance"],
        Field(description="How the distances are weighted in a fit."),
        meanings(
            uniform="All distances have the same weight.",
            inverse_variance="A distance has the inverse of its median's resampled variance.",
        ),
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
