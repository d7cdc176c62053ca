"""What fits and profiles are made from, as the pipeline's files hold it: influence and documents."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from token_influence.profiles.normalise import (
    INFLUENCE_COLUMNS,
    NormalisedProfiles,
    normalised_profiles,
)


def read_influence(path: str | Path, objective: str) -> pd.DataFrame:
    """The rows of `objective` in an influence file (parquet), with the columns INFLUENCE_COLUMNS."""
    return pd.read_parquet(
        path, columns=INFLUENCE_COLUMNS, filters=[("objective", "==", objective)]
    )


def read_profiles(
    paths: Iterable[str | Path],
    seeds: Iterable[int],
    objective: str,
    normalisation: str = "diagonal",
) -> list[NormalisedProfiles]:
    """The normalised profiles of each seed, from its influence file; `paths` in the order of `seeds`.

    normalisation: a name in NORMALISATIONS. Raises DecayError as `normalised_profiles` does.
    """
    return [
        normalised_profiles(read_influence(path, objective), seed, normalisation)
        for path, seed in zip(paths, seeds, strict=True)
    ]


def read_documents(paths: Sequence[str | Path]) -> list[dict[int, str]]:
    """For each file of windows (parquet): the document of each window."""
    frames = (pd.read_parquet(path, columns=["window", "document_id"]) for path in paths)
    return [dict(zip(frame["window"], frame["document_id"], strict=True)) for frame in frames]
