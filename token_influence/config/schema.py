"""The study's configuration, typed: every key, its bounds and its meaning.

Unknown keys are refused at every depth. The JSON schema that editors use
(`docs/config.schema.json`) is generated from these models.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from token_influence.config.section import (
    LONGEST_WINDOW,
    MOST_NAMES,
    Count,
    Entries,
    Key,
    Keys,
    Section,
    Seed,
    Step,
    Text,
    Threads,
    Tokens,
)
from token_influence.config.sources import Source
from token_influence.ranges import RANGE_PATTERN

Weights = Annotated[str, Field(pattern=r"^(trained|random|step(0|[1-9][0-9]{0,8}))$")]
Order = Literal["intact", "shuffled"]
Objective = Literal["true_logit", "predicted_logit", "temperature", "fisher"]
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
Reader = Literal["gutenberg", "wikipedia", "text", "wikitext", "dataset"]


Local = Annotated[
    Text | None,
    Field(
        min_length=1,
        description="In short, for a source of kind local under this entry's name: a path of yours.",
    ),
]
Licence = Annotated[
    Text | None,
    Field(min_length=1, description="Licence of what is at `local`; 'not stated' by default."),
]


class Facts(Section):
    """Sizes of an architecture, as `describe_model` finds them."""

    parameters: Annotated[
        int, Field(ge=1, le=10**14, description="All weights; tied ones count once.")
    ]
    layers: Annotated[Count, Field(description="Transformer layers.")]
    width: Annotated[Count, Field(description="Width of the hidden states.")]
    heads: Annotated[Count, Field(description="Attention heads of a layer.")]
    vocabulary: Annotated[int, Field(ge=1, le=100_000_000, description="Rows of the embedding.")]
    tied: Annotated[bool, Field(description="Whether the embedding is the output head too.")]


def _check_place(places: Mapping[str, object], licence: str | None) -> None:
    """Raise ValueError unless an entry says in one way where it comes from."""
    if sum(map(bool, places.values())) != 1:
        raise ValueError(f"exactly one of the keys {', '.join(places)} must be given")
    if licence is not None and not places["local"]:
        raise ValueError("the key licence goes with local; a source has its own")


class HeldOut(Section):
    """What a training keeps out, to judge and measure the model on text that it never saw."""

    share: Annotated[
        float,
        Field(gt=0, lt=1, description="Share of each corpus's characters, in whole documents."),
    ]
    sequences: Annotated[
        Count,
        Field(description="Sequences of each corpus that the held-out loss is averaged over."),
    ]


class Training(Section):
    """A small GPT-NeoX, trained here on the CPU; its context is the length of its sequences."""

    corpora: Annotated[Keys, Field(description="Keys of the corpora that it learns from.")]
    held_out: Annotated[HeldOut, Field(description="Text that it never sees.")]
    layers: Annotated[int, Field(ge=1, le=1000, description="Transformer layers.")]
    width: Annotated[
        int, Field(ge=8, le=65_536, description="Hidden size; a multiple of 8 times `heads`.")
    ]
    heads: Annotated[int, Field(ge=1, le=1024, description="Attention heads.")]
    vocabulary: Annotated[
        int,
        Field(
            ge=257,
            le=1_000_000,
            description="Tokens of its byte-level BPE: 256 bytes, 1 mark, merges.",
        ),
    ]
    batch: Annotated[int, Field(ge=1, le=65_536, description="Sequences of a step.")]
    learning_rate: Annotated[
        float,
        Field(gt=0, le=1, description="Largest rate of AdamW; falls by a cosine to a tenth of it."),
    ]
    warm_up: Annotated[
        Step, Field(description="Steps over which the rate rises evenly to its largest.")
    ]
    weight_decay: Annotated[
        float, Field(ge=0, le=100, description="Of AdamW; biases and norms have none.")
    ]
    checkpoints: Annotated[
        list[Step],
        Field(
            min_length=1,
            max_length=MOST_NAMES,
            description="Steps that are kept, ascending; the last one ends the training and is "
            "what `trained` means.",
        ),
    ]
    seed: Annotated[
        Seed, Field(description="Seed of the held-out documents, the start and the order.")
    ] = 0
    torch_threads: Annotated[
        Threads, Field(description="Threads of the job; enters the weights' bytes.")
    ] = 1


class Model(Section):
    """A checkpoint and what is registered of it: of a source, at a path of yours, or trained here."""

    source: Annotated[Key, Field(description="Key of the source that holds the checkpoint.")] = ""
    local: Local = None
    licence: Licence = None
    training: Annotated[
        Training | None, Field(description="Instead of a source: how it is trained here.")
    ] = None
    gguf: Annotated[
        Text | None,
        Field(
            description="Member of the source to convert from GGUF; without it, the source "
            "is a folder in the Hugging Face layout."
        ),
    ] = None
    context: Annotated[
        int | None,
        Field(
            ge=2,
            le=1_000_000_000,
            description="Longest window in tokens; by default the checkpoint's own bound.",
        ),
    ] = None
    quantisation: Annotated[
        Text, Field(description="How the stored weights were quantised, or 'none'.")
    ] = "none"
    description: Annotated[Text, Field(description="A few words for captions.")] = ""
    loss_bound: Annotated[
        float | None,
        Field(
            gt=0, le=100, description="Mean loss on a known paragraph, in nats, that it must beat."
        ),
    ] = None
    facts: Annotated[
        Facts | None,
        Field(
            description="Its sizes, for `make estimate` before anything is downloaded; a checkpoint "
            "that has others is refused."
        ),
    ] = None

    @model_validator(mode="after")
    def _one_place(self) -> "Model":
        places = {"source": self.source, "local": self.local, "training": self.training}
        _check_place(places, self.licence)
        if self.training is not None:
            for key in ("gguf", "loss_bound", "facts"):
                if getattr(self, key) is not None:
                    raise ValueError(f"the key {key} belongs to a source, not to a training")
            if self.context is None:
                raise ValueError("the key context is missing; beside training it must be given")
        return self


Length = Annotated[int, Field(ge=2, le=LONGEST_WINDOW)]
Position = Annotated[int, Field(ge=1, le=LONGEST_WINDOW)]


class Windows(Section):
    """What is drawn from a corpus, per seed."""

    length: Annotated[Length, Field(description="Tokens T that the model reads per window.")]
    per_seed: Annotated[Count, Field(description="Windows per seed.")]
    positions: Annotated[Count, Field(description="Predictions measured per window.")]
    min_position: Annotated[
        Position, Field(description="Earlier tokens that every measured position has at least.")
    ]
    max_position: Annotated[
        Position | None,
        Field(description="Last position that may be measured; by default the window's last."),
    ] = None


class CorpusWindows(Section):
    """What is drawn differently from one corpus; other keys are as in `windows`."""

    length: Annotated[Length | None, Field(description="As in `windows`.")] = None
    per_seed: Annotated[Count | None, Field(description="As in `windows`.")] = None
    positions: Annotated[Count | None, Field(description="As in `windows`.")] = None
    min_position: Annotated[Position | None, Field(description="As in `windows`.")] = None
    max_position: Annotated[Position | None, Field(description="As in `windows`.")] = None


class HeldOutOf(Section):
    """The documents of a corpus that a training keeps out."""

    model: Annotated[Key, Field(description="Key of a model with a `training`.")]
    corpus: Annotated[Key, Field(description="One of the corpora of that training.")]


class Corpus(Section):
    """Text, and how it is read: of `sources`, at a path of yours, or a part or copy of a corpus."""

    sources: Annotated[Keys, Field(description="Keys of the sources, in reading order.")] = []
    local: Local = None
    licence: Licence = None
    reader: Annotated[
        Reader | None,
        Field(description="How the files become documents; at a path of yours, text by default."),
    ] = None
    held_out: Annotated[
        HeldOutOf | None,
        Field(description="Instead: the documents of another corpus that a training keeps out."),
    ] = None
    min_characters: Annotated[
        Count | None,
        Field(description="Shortest document that is kept; by default the reader's own bound."),
    ] = None
    documents: Annotated[
        Count | None,
        Field(description="Documents to keep, the first in reading order; by default all."),
    ] = None
    text_of: Annotated[
        Key | None,
        Field(
            description="Key of the corpus whose text this one has, with windows of its own; those "
            "of one length are the same windows."
        ),
    ] = None
    windows: Annotated[
        CorpusWindows | None, Field(description="What is drawn differently from this corpus.")
    ] = None

    @model_validator(mode="after")
    def _one_text(self) -> "Corpus":
        places = {key: getattr(self, key) for key in ("sources", "local", "text_of", "held_out")}
        for key in ("text_of", "held_out"):
            beside = sorted(self.model_fields_set - {key, "windows"})
            if places[key] is not None and beside:
                raise ValueError(
                    f"found {', '.join(beside)} beside {key}; allowed beside it is only windows"
                )
        _check_place(places, self.licence)
        if self.sources and self.reader is None:
            raise ValueError("the key reader is missing; it must be given")
        return self


class ArmGroup(Section):
    """Every combination of what is listed; groups add up, and the same arm may stand in several."""

    models: Annotated[Keys, Field(description="Keys of `models`.")]
    weights: Annotated[
        list[Weights],
        Field(
            min_length=1,
            max_length=MOST_NAMES,
            description="trained, random, or stepN, a checkpoint of the training.",
        ),
    ]
    corpora: Annotated[Keys, Field(description="Keys of `corpora`.")]
    orders: Annotated[list[Order], Field(min_length=1, max_length=20)]
    objectives: Annotated[list[Objective], Field(min_length=1, max_length=20)]


class Precision(Section):
    """How far a faster arithmetic may be from float32; beyond, it is refused."""

    windows: Annotated[
        Count, Field(description="Windows that each job measures in both to find out.")
    ] = 8
    profile: Annotated[
        float,
        Field(
            gt=0,
            description="Largest relative error of an objective's median profile.",
        ),
    ] = 0.05
    exponent: Annotated[
        float,
        Field(gt=0, description="Largest error of the power law's exponent p."),
    ] = 0.01


class Influence(Section):
    """How gradients are computed."""

    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"],
        Field(description="Where to compute; auto takes the first of cuda, mps, cpu."),
    ] = "auto"
    dtype: Annotated[
        Literal["float32", "bfloat16"],
        Field(description="Arithmetic; bfloat16 must first agree with float32, model by model."),
    ] = "float32"
    precision: Annotated[
        Precision | None,
        Field(description="How far bfloat16 may be from float32; plays no part in float32."),
    ] = None
    attention: Annotated[
        Literal["eager", "sdpa"], Field(description="Attention kernel of transformers.")
    ] = "eager"
    torch_threads: Annotated[
        Threads, Field(description="Threads of one job; enters the results' bytes.")
    ] = 1
    memory_mb: Annotated[
        int,
        Field(
            ge=1,
            le=100_000_000,
            description="Memory of one job on the CPU, in MB. Where a window needs more, layers are "
            "computed again, for the same numbers.",
        ),
    ] = 4000

    @model_validator(mode="after")
    def _bounds(self) -> "Influence":
        if self.dtype != "float32" and self.precision is None:
            return self.model_copy(update={"precision": Precision()})
        return self


FitRange = Annotated[str, Field(pattern=f"^({RANGE_PATTERN})$")]


class Bootstrap(Section):
    """How intervals are computed."""

    resamples: Annotated[
        int, Field(ge=2, le=1_000_000, description="Resamples of the windows.")
    ] = 1000
    interval: Annotated[float, Field(gt=0, lt=1, description="Coverage of the intervals.")] = 0.95
    method: Annotated[
        Literal["percentile", "bias_corrected", "expanded"], Field(description="Kind of interval.")
    ] = "percentile"
    cluster: Annotated[
        Literal["window", "document"], Field(description="What is resampled as a whole.")
    ] = "window"
    seed: Annotated[Seed, Field(description="Seed of the resampling.")] = 0


class Sweep(Section):
    """Ranges that show how much a fit depends on its limits."""

    families: Annotated[
        list[Family], Field(min_length=1, max_length=20, description="Curves to fit.")
    ]
    lowest: Annotated[
        list[Tokens],
        Field(min_length=1, max_length=100, description="Lower limits, in tokens."),
    ]
    highest: Annotated[
        list[Position],
        Field(
            min_length=1,
            max_length=100,
            description="Upper limits, in tokens; the largest distance that every prediction has "
            "is added, limits beyond it are left out.",
        ),
    ]


class Decay(Section):
    """What is fitted to the profiles."""

    families: Annotated[
        list[Family], Field(min_length=1, max_length=20, description="Curves to fit.")
    ]
    ranges: Annotated[
        list[FitRange],
        Field(
            min_length=1,
            max_length=100,
            description="Distances to fit, each 'LOWEST..HIGHEST' or 'full'.",
        ),
    ]
    scale: Annotated[Literal["linear", "log"], Field(description="Scale of the residuals.")] = (
        "linear"
    )
    weighting: Annotated[
        Literal["uniform", "inverse_variance"], Field(description="Weights of the distances.")
    ] = "uniform"
    sweep: Annotated[Sweep, Field(description="Further ranges, fitted to all seeds pooled.")]
    bootstrap: Annotated[Bootstrap, Field(description="How intervals are computed.")]


class Headline(Section):
    """Which of the fits the headline table and the figures show."""

    range: Annotated[FitRange, Field(description="One of `decay.ranges`.")]
    skip_sources: Annotated[Tokens, Field(description="One of `skip_sources`.")]


class Study(Section):
    """All arms, seeds, windows, objectives and fits of one study."""

    sources: Annotated[Entries[Source], Field(description="Where bytes come from.")]
    accept_terms: Annotated[
        list[Key],
        Field(max_length=MOST_NAMES, description="Keys of the sources whose `terms` you accept."),
    ] = []
    models: Annotated[Entries[Model], Field(description="Checkpoints that arms can name.")]
    corpora: Annotated[Entries[Corpus], Field(description="Texts that arms can name.")]
    arms: Annotated[
        list[ArmGroup], Field(min_length=1, max_length=MOST_NAMES, description="What is measured.")
    ]
    seeds: Annotated[
        list[Seed],
        Field(
            min_length=1,
            max_length=200,
            description="Seeds of sampling, shuffling and initialisation.",
        ),
    ]
    windows: Annotated[Windows, Field(description="What is drawn from a corpus, per seed.")]
    influence: Annotated[Influence, Field(description="How gradients are computed.")]
    skip_sources: Annotated[
        list[Tokens],
        Field(
            min_length=1,
            max_length=100,
            description="Numbers of first positions left out as sources.",
        ),
    ]
    decay: Annotated[Decay, Field(description="What is fitted to the profiles.")]
    headline: Annotated[Headline, Field(description="Which of the fits the figures show.")]
    results: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$",
            max_length=200,
            description="Folder of what comes out, below the working directory; one per study.",
        ),
    ] = "results"
