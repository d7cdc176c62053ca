"""Which clusters a resample draws: windows, or documents with all their windows.

Windows of one document may resemble one another. Where they do, windows as clusters give intervals
that are too narrow. docs/statistics.md shows the simulations behind the numbers here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from token_influence.decay.design import TOLD, Variance, components, influence_values
from token_influence.decay.resampling import Documents, document_names
from token_influence.decay.settings import Bootstrap, Settings
from token_influence.profiles.normalise import NormalisedProfiles, full_distance

AUTO = "auto"
FEWEST, TELLING = 4, 6  # documents that can be resampled, and that can show whether they differ
WIDER = 1.05  # documents are drawn if they widen the interval of p so many times
MANY = 20  # fewer documents than this need the method "expanded"


@dataclass(frozen=True)
class Nesting:
    """The window and the document of each prediction of all seeds, as codes int [predictions].

    documents: None where they are not known. A document is the same in all seeds.
    """

    windows: np.ndarray
    documents: np.ndarray | None


@dataclass(frozen=True)
class Clusters:
    """The clusters to draw, "window" or "document", the method of intervals, and the reason in words."""

    cluster: str
    method: str
    reason: str

    def of(self, bootstrap: Bootstrap) -> Bootstrap:
        """The bootstrap with these clusters and this method."""
        return replace(bootstrap, cluster=self.cluster, method=self.method)

    @property
    def record(self) -> dict[str, str]:
        """{"cluster", "method", "reason"}."""
        return asdict(self)


def recorded_clusters(decay: Mapping[str, Any]) -> Clusters:
    """The clusters that the fits of an arm drew, from their records (see `decay_records`).

    What else is said of the arm draws the same.
    """
    return Clusters(**decay["clusters"])


def nesting(profiles: Sequence[NormalisedProfiles], documents: Documents | None = None) -> Nesting:
    """The windows and documents of the predictions of `profiles`, seed after seed.

    documents: for each seed, the document of each window. Raises DecayError for a window without one.
    """
    pairs = np.concatenate(
        [np.stack([np.full(len(of.windows), at), of.windows]) for at, of in enumerate(profiles)],
        axis=1,
    )
    windows = np.unique(pairs, axis=1, return_inverse=True)[1].ravel()
    if documents is None:
        return Nesting(windows, None)
    names = [document_names(of, own) for of, own in zip(profiles, documents, strict=True)]
    return Nesting(windows, np.unique(np.concatenate(names), return_inverse=True)[1])


def choose_clusters(
    arms: Sequence[Sequence[NormalisedProfiles]],
    settings: Settings,
    documents: Documents | None = None,
    resample_seeds: bool = False,
) -> Clusters:
    """The clusters that `settings` ask for; for "auto", those that the documents' variance asks for.

    arms: the profiles of each seed, of one arm or of arms with the same windows, which are resampled
    together; if one of them needs documents as clusters, all get them. documents, resample_seeds: as
    in `decay_records`. The variance is that of p of a power law on the first range.
    Raises DecayError for a window without a document.
    """
    asked, method = settings.bootstrap.cluster, settings.bootstrap.method
    if asked != AUTO:
        return Clusters(asked, method, "as configured")
    if resample_seeds:
        return Clusters("window", method, "initialisations are drawn first, then their windows")
    if documents is not None and any(len(set(own.values())) < 2 for own in documents):
        return Clusters("window", method, "too few documents to resample: 1 in a seed")
    nested = nesting(arms[0], documents)
    skip = min(settings.skip_sources)
    first = settings.chosen(skip, min(full_distance(of, skip) for of in arms))[0]
    r = np.arange(first.lowest, first.highest + 1, dtype=np.float64)
    values = [
        np.concatenate([of.values[:, first.lowest : first.highest + 1] for of in profiles])
        for profiles in arms
    ]
    return clusters_by_variance(values, r, nested, method, settings.scale)


def clusters_by_variance(
    arms: Sequence[np.ndarray],
    r: np.ndarray,
    nested: Nesting,
    method: str = "percentile",
    scale: str = "linear",
) -> Clusters:
    """The clusters by the rule for "auto".

    arms: float64 [predictions, n] each, at distances `r` [n]; method: for intervals with many
    clusters; scale: of the fits.
    """
    if nested.documents is None:
        return Clusters("window", method, "the documents of the windows are not known")
    windows, number = (len(np.unique(codes)) for codes in (nested.windows, nested.documents))
    if number < FEWEST:
        return Clusters("window", method, f"too few documents to resample: {number} in all")
    documents = Clusters("document", method if number >= MANY else "expanded", "")
    if number < TELLING or windows - number < TOLD:
        reason = (
            f"whether documents differ cannot be told, since {windows} windows are of {number} "
            "documents; documents are the safer clusters"
        )
        return replace(documents, reason=reason)
    wider = max(_widening(values, r, nested, scale) for values in arms)
    if np.isnan(wider):
        reason = (
            "whether documents differ cannot be told, since p is not determined; documents are the "
            "safer clusters"
        )
        return replace(documents, reason=reason)
    reason = f"documents as clusters would widen the interval of p {wider:.2f} times, as estimated"
    chosen = documents if wider >= WIDER else Clusters("window", method, "")
    return replace(chosen, reason=f"{reason} from the variance between them")


def variance_on(
    values: np.ndarray,
    r: np.ndarray,
    nested: Nesting,
    weights: np.ndarray | None = None,
    scale: str = "linear",
) -> Variance | None:
    """The components of p's variance; None where the fit does not determine p, or p is at a bound.

    values, r, weights, scale: see `influence_values`.
    """
    moves = influence_values(values, r, weights=weights, scale=scale)
    if np.isnan(moves).any() or not moves.any():
        return None
    return components(moves, nested.windows, nested.documents)


def _widening(values: np.ndarray, r: np.ndarray, nested: Nesting, scale: str) -> float:
    """How much wider documents make the interval of p than windows; NaN if p is undetermined."""
    of_documents = variance_on(values, r, nested, scale=scale)
    of_windows = variance_on(values, r, replace(nested, documents=None), scale=scale)
    if of_documents is None or of_windows is None:
        return np.nan
    windows = int(nested.windows.max()) + 1
    each = len(values) / windows
    return of_documents.width(windows, each) / of_windows.width(windows, each)
