"""The section `arms` of the configuration: which models read which texts, and what is measured."""

from typing import Annotated, Literal

from pydantic import Field

from token_influence.config.section import MOST_NAMES, Keys, Section

Weights = Annotated[str, Field(pattern=r"^(trained|random|step(0|[1-9][0-9]{0,8}))$")]
Order = Literal["intact", "shuffled", "blocks16", "reversed", "unigram"]
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
        list[Order],
        Field(
            min_length=1,
            max_length=20,
            description="Orders of a window's tokens: as in the text (`intact`), or those of a control: "
            "permuted (`shuffled`), in permuted blocks of 16 (`blocks16`), from the last to the first "
            "(`reversed`), or drawn from the corpus (`unigram`).",
        ),
    ]
    objectives: Annotated[
        list[Objective],
        Field(
            min_length=1,
            max_length=20,
            description="Objectives: the scalars of a prediction whose gradients are measured.",
        ),
    ]
