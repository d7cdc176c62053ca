"""The section `influence` of the configuration: how gradients are computed."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from token_influence.config.section import Count, Section, Threads, meanings


class Precision(Section):
    """How far bfloat16 may be from float32; a model beyond one of the limits is refused."""

    windows: Annotated[
        Count,
        Field(
            description="Number of windows that each job measures in both types to compare them.",
        ),
    ] = 8
    profile: Annotated[
        float,
        Field(gt=0, description="Largest relative error of the median profile of an objective."),
    ] = 0.05
    exponent: Annotated[
        float,
        Field(gt=0, description="Largest absolute error of the exponent p of the power law."),
    ] = 0.01


class Influence(Section):
    """The device, number type, attention kernel, threads and memory of the computed gradients."""

    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"],
        Field(
            description="Device of the computation; `auto` takes the first available one of cuda, "
            "mps and cpu."
        ),
        meanings(
            auto="The first available one of cuda, mps and cpu.",
            cpu="The processor.",
            cuda="A GPU of NVIDIA.",
            mps="The GPU of an Apple computer.",
        ),
    ] = "auto"
    dtype: Annotated[
        Literal["float32", "bfloat16"],
        Field(
            description="Floating-point type of the computation; bfloat16 is first compared with "
            "float32 in each job."
        ),
        meanings(
            float32="Numbers of 32 bits, 24 of them for the digits.",
            bfloat16="Numbers of 16 bits, 8 of them for the digits: faster on a GPU, and less exact.",
        ),
    ] = "float32"
    precision: Annotated[
        Precision | None,
        Field(description="How far bfloat16 may be from float32; without effect on float32."),
    ] = None
    slow_bfloat16: Annotated[
        bool | None,
        Field(
            description="Whether to measure in bfloat16 even where this is slower than float32; without "
            "it such a study is refused."
        ),
    ] = None
    attention: Annotated[
        Literal["eager", "sdpa"],
        Field(description="Attention kernel of transformers."),
        meanings(
            eager="Plain matrix products, one after the other.",
            sdpa="The fused kernels of torch (scaled_dot_product_attention).",
        ),
    ] = "eager"
    torch_threads: Annotated[
        Threads,
        Field(
            description="Number of torch threads of a job; it can change the last bits of results."
        ),
    ] = 1
    memory_mb: Annotated[
        int,
        Field(
            ge=1,
            le=100_000_000,
            description="Memory of a job on the CPU, in megabytes; where a window needs more, layers "
            "are recomputed, with the same results. A job gets more where the weights need more.",
        ),
    ] = 4000
    windows_per_job: Annotated[
        Count | None,
        Field(
            description="Number of windows that one job measures; all windows of an arm and seed where "
            "it is null. The results are the same; another number measures again."
        ),
    ] = None

    @model_validator(mode="after")
    def _bounds(self) -> "Influence":
        if self.dtype != "float32" and self.precision is None:
            return self.model_copy(update={"precision": Precision()})
        return self
