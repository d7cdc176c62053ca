"""A whole study: every key of the configuration, typed, bounded and described.

Each section has its module beside this one. Unknown keys are refused at every depth. The JSON schema
that editors use (`docs/config.schema.json`) is generated from these models.
"""

from typing import Annotated, Literal

from pydantic import Field

from token_influence.config.corpora import Corpus, Windows
from token_influence.config.decay import Decay, Headline
from token_influence.config.faithfulness import Faithfulness
from token_influence.config.influence import Influence
from token_influence.config.models import Model
from token_influence.config.section import (
    MOST_NAMES,
    Entries,
    Key,
    Keys,
    Section,
    Seed,
    Tokens,
    meanings,
)
from token_influence.config.sources import Source

Weights = Annotated[str, Field(pattern=r"^(trained|random|step(0|[1-9][0-9]{0,8}))$")]
Order = Literal["intact", "shuffled"]
Objective = Literal["true_logit", "predicted_logit", "temperature", "fisher"]


class ArmGroup(Section):
    """All combinations of the listed models, weights, corpora and orders."""

    models: Annotated[Keys, Field(description="Keys of `models`.")]
    weights: Annotated[
        list[Weights],
        Field(
            min_length=1,
            max_length=MOST_NAMES,
            description="Weights of the models: `trained`, `random`, or `stepN` for the checkpoint "
            "after N training steps.",
        ),
    ]
    corpora: Annotated[Keys, Field(description="Keys of `corpora`.")]
    orders: Annotated[
        list[
            Annotated[
                Order,
                meanings(
                    intact="The tokens stand as in the text.",
                    shuffled="The tokens of each window are permuted at random, as a control.",
                ),
            ]
        ],
        Field(
            min_length=1,
            max_length=20,
            description="Orders of a window's tokens: as in the text, or shuffled.",
        ),
    ]
    objectives: Annotated[
        list[
            Annotated[
                Objective,
                meanings(
                    true_logit="The logit of the token that follows in the window.",
                    predicted_logit="The logit of the token that the model predicts.",
                    temperature="The length of the final hidden state after the last norm, which "
                    "acts as an inverse temperature.",
                    fisher="The final hidden state along the direction to which the predicted "
                    "distribution is most sensitive (leading eigenvector of the Fisher metric).",
                ),
            ]
        ],
        Field(
            min_length=1,
            max_length=20,
            description="Objectives: the scalars of a prediction whose gradients are measured.",
        ),
    ]


class Study(Section):
    """All arms, seeds, windows, objectives and fits of one study."""

    sources: Annotated[
        Entries[Source], Field(description="Where checkpoints and texts are fetched from, by key.")
    ]
    accept_terms: Annotated[
        list[Key],
        Field(max_length=MOST_NAMES, description="Keys of the sources whose `terms` you accept."),
    ] = []
    models: Annotated[Entries[Model], Field(description="Models that arms can name, by key.")]
    corpora: Annotated[Entries[Corpus], Field(description="Texts that arms can name, by key.")]
    arms: Annotated[
        list[ArmGroup],
        Field(
            min_length=1,
            max_length=MOST_NAMES,
            description="Groups of arms to measure; an arm in several groups has the objectives of "
            "all of them.",
        ),
    ]
    seeds: Annotated[
        list[Seed],
        Field(
            min_length=1,
            max_length=200,
            description="Seeds of drawing windows, shuffling and random initialisation.",
        ),
    ]
    windows: Annotated[
        Windows, Field(description="The windows that are drawn from each corpus for each seed.")
    ]
    influence: Annotated[Influence, Field(description="How gradients are computed.")]
    skip_sources: Annotated[
        list[Tokens],
        Field(
            min_length=1,
            max_length=100,
            description="Numbers of first positions of a window that are left out as sources; each "
            "gives profiles and fits of its own.",
        ),
    ]
    decay: Annotated[Decay, Field(description="The curves that are fitted to the profiles.")]
    headline: Annotated[Headline, Field(description="The fits that tables and figures show.")]
    faithfulness: Annotated[
        Faithfulness | None,
        Field(
            description="Attribution of single predictions to the tokens before them, and how faithful "
            "it is; null for none of it."
        ),
    ] = None
    results: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$",
            max_length=200,
            description="Folder of the results, below the working directory; each study has its own.",
        ),
    ] = "results"
