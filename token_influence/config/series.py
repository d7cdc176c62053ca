"""The section `series` of the configuration: number series, and how they are looked at."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from token_influence.config.faithfulness import Method
from token_influence.config.section import Entries, Keys, Section, Seed, meanings

MOST_SERIES = 1000
LONGEST = 100_000  # numbers of a series

System = Literal[
    "logistic",
    "lorenz",
    "lorenz-drift-0.2",
    "lorenz-drift-0.4",
    "lorenz-drift-0.6",
    "brownian",
]
ExplainedSystem = Annotated[
    System,
    meanings(
        **{
            "logistic": "The logistic map with r = 3.8.",
            "lorenz": "The x of the Lorenz system.",
            "lorenz-drift-0.2": "The x of the Lorenz system, with a drift of 0.2 for each value.",
            "lorenz-drift-0.4": "The x of the Lorenz system, with a drift of 0.4 for each value.",
            "lorenz-drift-0.6": "The x of the Lorenz system, with a drift of 0.6 for each value.",
            "brownian": "A Brownian motion without drift.",
        }
    ),
]
SYSTEMS: tuple[str, ...] = get_args(System)
Values = Annotated[list[float], Field(min_length=1, max_length=LONGEST)]
Some = Annotated[int, Field(ge=0, le=MOST_SERIES)]


class Series(Section):
    """Number series that models continue, and which earlier numbers the forecast rests on."""

    models: Annotated[Keys, Field(description="Keys of `models`; their trained weights are used.")]
    systems: Annotated[
        list[ExplainedSystem],
        Field(max_length=20, description="Systems that make the series (docs/series.md)."),
    ]
    own: Annotated[
        Entries[Values],
        Field(
            description="Series of one's own, by key: the values in order, of which the last is the "
            "true next value."
        ),
    ] = {}
    per_system: Annotated[
        int,
        Field(
            ge=1,
            le=MOST_SERIES,
            description="Number of series of each system; intervals need at least 2.",
        ),
    ] = 1
    methods: Annotated[
        list[Method],
        Field(
            min_length=1,
            max_length=20,
            description="Attribution methods, as in `faithfulness.groups`.",
        ),
    ] = ["semantic", "temperature", "fisher"]
    dimension: Annotated[
        int,
        Field(
            ge=1,
            le=50,
            description="Numbers of a delay vector, by which the past is compared with the present.",
        ),
    ] = 5
    ablated: Annotated[
        Some,
        Field(
            description="Number of series of each system on which the AOPC of each method is measured; "
            "it takes three passes for each method."
        ),
    ] = 0
    paths: Annotated[
        Some,
        Field(
            description="Number of series of each system on which the integrand of integrated gradients "
            "is followed from zero embeddings to the text."
        ),
    ] = 0
    seed: Annotated[
        Seed, Field(description="Seed of the series, with a stream for each system and number.")
    ] = 0
