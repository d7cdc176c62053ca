"""The section `faithfulness` of the configuration: methods, passages, measures and conventions."""

import re
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, model_validator

from token_influence.config.section import (
    MOST_NAMES,
    Count,
    Entries,
    Key,
    Keys,
    Section,
    Seed,
    Tokens,
    meanings,
)

METHODS: dict[str, tuple[str, ...]] = {
    "semantic": (),
    "temperature": (),
    "fisher": ("rank",),
    "fisher_trace": (),
    "fisher_hutchinson": ("probes",),
    "input_x_gradient": ("of",),
    "integrated_gradients": ("steps", "rule", "of", "weighted"),
    "random": (),
    "distance": ("p",),
    "smoothgrad": ("samples", "noise"),
    "attention_rollout": (),
    "leave_one_out": (),
}
"""The options of each attribution method, by its name."""

Preset = Literal["as_in_paper", "as_in_code"]
PRESETS: tuple[str, ...] = get_args(Preset)


def _method(label: str) -> str:
    """A label such as `fisher-rank=4`; ValueError unless method and options are known."""
    name, *options = re.split(r"-(?=\w+=)", label)
    if name not in METHODS:
        raise ValueError(f"found {label[:80]!r}, which is no method; allowed: {', '.join(METHODS)}")
    for option in options:
        key, _, value = option.partition("=")
        if key not in METHODS[name] or not re.fullmatch(r"[A-Za-z0-9_.]+", value):
            allowed = ", ".join(f"{key}=VALUE" for key in METHODS[name]) or "no option"
            raise ValueError(f"found {option[:80]!r} after the method {name!r}; allowed: {allowed}")
    return label


Method = Annotated[str, Field(max_length=200), AfterValidator(_method)]
Measure = Literal[
    "aopc",
    "aopc_mean",
    "aopc_corpus",
    "curve",
    "sufficiency",
    "matched",
    "lds",
    "leave_one_out",
    "nearness",
]
REFERENCED = ("matched", "lds", "leave_one_out")
"""Measures that compare all methods with one reference, which is measured once."""
Fraction = Annotated[float, Field(gt=0, le=1)]


class PassageData(Section):
    """Passages of text: a source, and how its files are read."""

    source: Annotated[Key, Field(description="Key of the source that holds the passages.")]
    reader: Annotated[
        Literal["lambada", "iwslt2017", "prompts"],
        Field(
            description="How the files are read: `lambada` and `iwslt2017` as published, with the last "
            "token of a passage as its target; `prompts` are JSON lines with `prompt` and `target`."
        ),
        meanings(
            lambada="The test passages of LAMBADA; the target is the last token of the last word.",
            iwslt2017="Sentence pairs of IWSLT 2017; the target is the last token.",
            prompts="JSON lines with the keys `prompt` and `target`.",
        ),
    ]


class ConventionSet(Section):
    """What a benchmark by ablation must choose: a preset, and the keys that differ from it."""

    preset: Annotated[
        Preset,
        Field(description="The publication's text or its public code, for keys not given here."),
        meanings(
            as_in_paper="As the publication's text says.",
            as_in_code="As the publication's public code does.",
        ),
    ] = "as_in_paper"
    begin_of_text: Annotated[
        bool | None,
        Field(description="Whether the model's begin-of-text token is read before a passage."),
    ] = None
    fractions: Annotated[
        list[Fraction] | None,
        Field(
            min_length=2,
            max_length=100,
            description="Shares of the tokens that are ablated, in ascending order.",
        ),
    ] = None
    drop_of: Annotated[
        Annotated[
            Literal["target", "predicted"],
            meanings(
                target="The log-probability of the true token.",
                predicted="The log-probability of the token that the model predicts.",
            ),
        ]
        | None,
        Field(
            description="Whose log-probability is followed: the target's, or that of the token that the "
            "model predicts for the intact passage."
        ),
    ] = None
    first_token: Annotated[
        bool | None, Field(description="Whether the first token may be ablated.")
    ] = None
    predicting_token: Annotated[
        bool | None, Field(description="Whether the token before the target may be ablated.")
    ] = None
    target_token: Annotated[
        bool | None,
        Field(description="Whether the target may be ablated, which changes no prediction."),
    ] = None
    counted: Annotated[
        Annotated[
            Literal["text", "candidates"],
            meanings(
                text="A share of all tokens, the target included.",
                candidates="A share of the tokens that may be ablated.",
            ),
        ]
        | None,
        Field(
            description="Of what a fraction is a share: of all tokens with the target, or of those that "
            "may be ablated."
        ),
    ] = None
    from_zero: Annotated[
        bool | None,
        Field(description="Whether the area over the curve begins at 0, or at the first fraction."),
    ] = None
    divided_by_span: Annotated[
        bool | None,
        Field(description="Whether the area is divided by the range of the fractions."),
    ] = None
    standard_error: Annotated[
        Annotated[
            Literal["passages", "fractions"],
            meanings(
                passages="Over the passages, which are independent.",
                fractions="As if the fractions were independent, which is too small.",
            ),
        ]
        | None,
        Field(
            description="Standard error of the area: over passages, or as if the fractions were "
            "independent, which is too small."
        ),
    ] = None

    @model_validator(mode="after")
    def _ascending(self) -> "ConventionSet":
        if self.fractions and any(b <= a for a, b in pairwise(self.fractions)):
            raise ValueError(f"found the fractions {self.fractions}; allowed are ascending ones")
        return self


class ExplanationGroup(Section):
    """All combinations of the listed models, data, conventions, methods and measures."""

    models: Annotated[Keys, Field(description="Keys of `models`; their trained weights are used.")]
    data: Annotated[Keys, Field(description="Keys of `faithfulness.data`.")]
    conventions: Annotated[
        Keys,
        Field(
            description="Presets (`as_in_paper`, `as_in_code`) or keys of `faithfulness.conventions`."
        ),
    ] = ["as_in_paper"]
    methods: Annotated[
        list[Method],
        Field(
            min_length=1,
            max_length=MOST_NAMES,
            description="Attribution methods; options that differ from their defaults stand after the "
            "name, such as `fisher-rank=4`.",
        ),
    ]
    measures: Annotated[
        list[
            Annotated[
                Measure,
                meanings(
                    aopc="The area over the drops of the log-probability (nats) when the first tokens "
                    "of a method are replaced by zeros.",
                    aopc_mean="The same, with the mean input embedding in the place of zeros.",
                    aopc_corpus="The same, with other tokens of the data set in the place of zeros.",
                    curve="The same drops (nats) at more fractions, up to all tokens.",
                    sufficiency="The drop (nats) when all but the first tokens are ablated.",
                    matched="The drop (nats) less that of random tokens at the same distances.",
                    lds="The rank correlation of summed scores and drops, over random sets of tokens.",
                    leave_one_out="Where the method's first token stands among the drops of single "
                    "tokens, in percent.",
                    nearness="How much of the scores the distance alone explains: a rank correlation "
                    "and an R².",
                ),
            ]
        ],
        Field(
            min_length=1,
            max_length=20,
            description="Measures by which each method is judged (docs/faithfulness.md).",
        ),
    ]
    passages: Annotated[Count, Field(description="Number of passages of each data set.")]
    first_passage: Annotated[
        Tokens, Field(description="Number of the first passage in the reader's order, from 0.")
    ] = 0


class PassageGroup(Section):
    """Passages that are examined: all combinations of models and data, which groups name."""

    models: Annotated[Keys, Field(description="Keys of `models`; their trained weights are used.")]
    data: Annotated[Keys, Field(description="Keys of `faithfulness.data`.")]
    passages: Annotated[Count, Field(description="Number of passages of each data set.")]
    first_passage: Annotated[
        Tokens, Field(description="Number of the first passage in the reader's order, from 0.")
    ] = 0


class SanityGroup(PassageGroup):
    """Whose scores are compared between trained and random weights, by which methods."""

    methods: Annotated[
        list[Method],
        Field(
            min_length=1, max_length=MOST_NAMES, description="Attribution methods, as in groups."
        ),
    ]
    layers: Annotated[
        list[Count],
        Field(
            max_length=100,
            description="Numbers of topmost layers with random weights, in ascending order; all weights "
            "at once are compared, too.",
        ),
    ] = []

    @model_validator(mode="after")
    def _ascending(self) -> "SanityGroup":
        if any(b <= a for a, b in pairwise(self.layers)):
            raise ValueError(f"found the layers {self.layers}; allowed are ascending numbers")
        return self


class Faithfulness(Section):
    """Which tokens single predictions are attributed to, and how faithful that is."""

    data: Annotated[Entries[PassageData], Field(description="Passages that groups name, by key.")]
    conventions: Annotated[
        Entries[ConventionSet],
        Field(description="Conventions of one's own beside the two presets, by key."),
    ] = {}
    groups: Annotated[
        list[ExplanationGroup],
        Field(
            min_length=1,
            max_length=MOST_NAMES,
            description="What is attributed and judged; no combination stands in two groups.",
        ),
    ]
    spectrum: Annotated[
        PassageGroup | None,
        Field(description="Passages whose Fisher spectrum is measured and drawn; null for none."),
    ] = None
    sanity: Annotated[
        SanityGroup | None,
        Field(
            description="Whether methods notice that weights are random (Adebayo et al. 2018); null for "
            "no such check."
        ),
    ] = None
    passages_per_job: Annotated[
        Count,
        Field(
            description="Number of passages of one job and one result file; other counts of passages "
            "use the same files."
        ),
    ] = 32
    seed: Annotated[
        Seed, Field(description="Seed of all that is random, with a stream for each passage.")
    ] = 0
