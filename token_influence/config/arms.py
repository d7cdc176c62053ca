"""The section `arms` of the configuration: which models read which texts, and what is measured."""

from typing import Annotated, Literal

from pydantic import Field

from token_influence.config.section import MOST_NAMES, Keys, Section, meanings

Weights = Annotated[str, Field(pattern=r"^(trained|random|step(0|[1-9][0-9]{0,8}))$")]
Order = Literal["intact", "shuffled", "blocks16", "reversed", "unigram"]
ExplainedOrder = Annotated[
    Order,
    meanings(
        intact="The tokens stand as in the text.",
        shuffled="The tokens of each window are permuted at random, as a control.",
        blocks16="Blocks of 16 tokens of each window are permuted at random.",
        reversed="The tokens of each window stand from the last to the first.",
        unigram="The tokens are drawn from all tokens of the corpus.",
    ),
]
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
        list[ExplainedOrder],
        Field(
            min_length=1,
            max_length=20,
            description="Orders of a window's tokens: as in the text, or those of a control.",
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
