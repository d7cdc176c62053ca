"""A whole study: every key of the configuration, typed, bounded and described.

Each section has its module beside this one. Unknown keys are refused at every depth. The JSON schema
that editors use (`docs/config.schema.json`) is generated from these models.
"""

from typing import Annotated

from pydantic import Field

from token_influence.config.arms import ArmGroup
from token_influence.config.corpora import Corpus, Windows
from token_influence.config.decay import Decay, Headline
from token_influence.config.faithfulness import Faithfulness
from token_influence.config.figures import Figures
from token_influence.config.influence import Influence
from token_influence.config.models import Model
from token_influence.config.prompts import Prompts
from token_influence.config.response import Response
from token_influence.config.section import MOST_NAMES, Entries, Key, Section, Seed, Tokens
from token_influence.config.series import Series
from token_influence.config.sources import Source


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
            description="Seeds of drawing windows, of reordering them and of random initialisation.",
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
    series: Annotated[
        Series | None,
        Field(
            description="Number series, and which earlier numbers a forecast rests on; null for none."
        ),
    ] = None
    prompts: Annotated[
        Prompts | None,
        Field(description="Prompts shaded by what matters to a prediction; null for none of it."),
    ] = None
    response: Annotated[
        Response | None,
        Field(description="How predictions respond to changed inputs; null for none of it."),
    ] = None
    figures: Annotated[Figures, Field(description="How the study draws its figures.")] = Figures()
    results: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$",
            max_length=200,
            description="Folder of the results, below the working directory; each study has its own.",
        ),
    ] = "results"
