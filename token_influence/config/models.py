"""The section `models` of the configuration: checkpoints, and how a model is trained here."""

from typing import Annotated

from pydantic import Field, model_validator

from token_influence.config.section import (
    MOST_NAMES,
    Count,
    Key,
    Keys,
    Section,
    Seed,
    Step,
    Text,
    Threads,
)
from token_influence.config.sources import Licence, Local, check_one_origin


class Facts(Section):
    """Sizes of an architecture, as `describe_model` reads them from a checkpoint."""

    parameters: Annotated[
        int,
        Field(ge=1, le=10**14, description="Number of weights; tied weights count once."),
    ]
    layers: Annotated[Count, Field(description="Number of transformer layers.")]
    width: Annotated[Count, Field(description="Width of the hidden states.")]
    heads: Annotated[Count, Field(description="Number of attention heads in each layer.")]
    vocabulary: Annotated[
        int, Field(ge=1, le=100_000_000, description="Number of rows of the input embedding.")
    ]
    tied: Annotated[
        bool, Field(description="Whether the output head shares the weights of the embedding.")
    ]


class HeldOut(Section):
    """The text that a training never sees, on which the model is judged and measured."""

    share: Annotated[
        float,
        Field(
            gt=0,
            lt=1,
            description="Share of each corpus's characters that is held out, in whole documents.",
        ),
    ]
    sequences: Annotated[
        Count,
        Field(
            description="Number of sequences of each corpus over which the held-out loss is averaged."
        ),
    ]


class Training(Section):
    """A small GPT-NeoX, trained here on the CPU on sequences as long as its context."""

    corpora: Annotated[Keys, Field(description="Keys of the corpora that it is trained on.")]
    held_out: Annotated[HeldOut, Field(description="The text that the training never sees.")]
    layers: Annotated[int, Field(ge=1, le=1000, description="Number of transformer layers.")]
    width: Annotated[
        int,
        Field(
            ge=8,
            le=65_536,
            description="Width of the hidden states; it must be a multiple of 8 times `heads`.",
        ),
    ]
    heads: Annotated[
        int, Field(ge=1, le=1024, description="Number of attention heads in each layer.")
    ]
    vocabulary: Annotated[
        int,
        Field(
            ge=257,
            le=1_000_000,
            description="Number of tokens of its byte-level BPE: 256 bytes, the end-of-text token "
            "and the merges.",
        ),
    ]
    batch: Annotated[int, Field(ge=1, le=65_536, description="Number of sequences in each step.")]
    learning_rate: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="Largest learning rate of AdamW; it falls along a cosine to a tenth of it.",
        ),
    ]
    warm_up: Annotated[
        Step,
        Field(description="Number of steps over which the learning rate rises linearly."),
    ]
    weight_decay: Annotated[
        float,
        Field(
            ge=0,
            le=100,
            description="Weight decay of AdamW; biases and norms are not decayed.",
        ),
    ]
    checkpoints: Annotated[
        list[Step],
        Field(
            min_length=1,
            max_length=MOST_NAMES,
            description="Steps whose weights are kept, in ascending order; the training ends with "
            "the last one, which the weights `trained` name.",
        ),
    ]
    seed: Annotated[
        Seed,
        Field(
            description="Seed of the held-out documents, the initial weights and the order of the "
            "sequences."
        ),
    ] = 0
    torch_threads: Annotated[
        Threads,
        Field(
            description="Number of torch threads of the job; it can change the last bits of weights."
        ),
    ] = 1


class Model(Section):
    """A checkpoint from a source or from a local path, or a model that is trained here."""

    source: Annotated[Key, Field(description="Key of the source that holds the checkpoint.")] = ""
    local: Local = None
    licence: Licence = None
    training: Annotated[
        Training | None,
        Field(description="How the model is trained here, instead of `source` or `local`."),
    ] = None
    gguf: Annotated[
        Text | None,
        Field(
            description="The file of the source that is converted from GGUF; without it, the source "
            "is a folder in the Hugging Face layout."
        ),
    ] = None
    context: Annotated[
        int | None,
        Field(
            ge=2,
            le=1_000_000_000,
            description="Length of the longest window, in tokens; by default the checkpoint's own "
            "limit.",
        ),
    ] = None
    quantisation: Annotated[
        Text, Field(description="How the stored weights were quantised, or 'none'.")
    ] = "none"
    description: Annotated[Text, Field(description="A few words on the model for captions.")] = ""
    loss_bound: Annotated[
        float | None,
        Field(
            gt=0,
            le=100,
            description="Upper bound, in nats per token, of the mean loss on a known paragraph; a "
            "checkpoint above it is refused.",
        ),
    ] = None
    facts: Annotated[
        Facts | None,
        Field(
            description="Sizes of the architecture, for `make estimate` before anything is "
            "downloaded; a checkpoint with other sizes is refused."
        ),
    ] = None

    @model_validator(mode="after")
    def _one_origin(self) -> "Model":
        origins = {"source": self.source, "local": self.local, "training": self.training}
        check_one_origin(origins, self.licence)
        if self.training is not None:
            for key in ("gguf", "loss_bound", "facts"):
                if getattr(self, key) is not None:
                    raise ValueError(f"the key {key} belongs to a source, not to a training")
            if self.context is None:
                raise ValueError("the key context is missing; beside training it must be given")
        return self
