"""Which clusters are drawn, and what the records say about it."""

from dataclasses import replace

import numpy as np
import pytest
from simulated_arms import PUBLISHED, arm, rising

from token_influence.decay.clusters import choose_clusters, nesting, variance_on
from token_influence.decay.paired_differences import paired_differences
from token_influence.decay.records import decay_records
from token_influence.profiles.normalise import NormalisedProfiles

AUTO = replace(PUBLISHED, bootstrap=replace(PUBLISHED.bootstrap, cluster="auto"))


def differing(documents: int, spread: float, windows: int = 4) -> tuple[list, list]:
    """Two seeds of `windows` windows of each document, whose p differs by `spread`; the documents."""
    rng = np.random.default_rng(0)
    own = spread * rng.standard_normal(documents)
    r = np.arange(51.0)
    profiles, names = [], []
    for seed in (0, 1):
        of = np.repeat(np.arange(documents), 2 * windows)
        noise = rng.lognormal(0, 0.3, (len(of), len(r)))
        values = (0.02 + 0.5 * (r + 1) ** -(0.85 + own[of, None])) * noise
        window = np.arange(len(of)) // 2
        profiles.append(NormalisedProfiles(values, window, np.full(len(of), 50), seed))
        names.append({int(w): f"d{d}" for w, d in zip(window, of, strict=True)})
    return profiles, names


def chosen(profiles, documents):
    return choose_clusters([profiles], AUTO, documents)


def test_documents_that_differ_are_the_clusters_and_those_that_do_not_are_not():
    found = chosen(*differing(24, 0.5))
    assert (found.cluster, found.method) == ("document", "percentile")
    assert "documents as clusters would widen the interval of p" in found.reason
    assert chosen(*differing(24, 0.0)).cluster == "window"


def test_few_documents_need_the_wider_levels():
    assert (chosen(*differing(8, 0.5)).cluster, chosen(*differing(8, 0.5)).method) == (
        "document",
        "expanded",
    )


@pytest.mark.parametrize("documents", [2, 3])
def test_too_few_documents_leave_windows(documents):
    found = chosen(*differing(documents, 0.5))
    assert found.cluster == "window"
    assert found.reason == f"too few documents to resample: {documents} in all"


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_four_documents_cannot_show_whether_documents_differ(spread):
    found = chosen(*differing(4, spread))
    assert (found.cluster, found.method) == ("document", "expanded")
    assert "cannot be told, since 32 windows are of 4 documents" in found.reason


def test_what_cannot_be_told_is_said_and_documents_are_taken():
    profiles, _ = differing(24, 0.0, windows=1)
    # Each document has one window, but for four that both seeds drew from.
    names = [{w: f"{seed if w > 3 else 'both'}-{w}" for w in range(24)} for seed in (0, 1)]
    found = chosen(profiles, names)
    assert found.cluster == "document"
    assert found.reason.startswith(
        "whether documents differ cannot be told, since 48 windows are of 44 documents"
    )
    flat = arm(curve=rising, noise=0.05, windows=24)
    names = [{w: str(w // 2) for w in range(24)} for _ in (0, 1)]
    assert "since p is not determined" in chosen(flat, names).reason


def test_without_documents_or_with_one_windows_are_the_clusters():
    profiles, names = differing(8, 0.5)
    assert chosen(profiles, None).reason == "the documents of the windows are not known"
    assert "1 in a seed" in chosen(profiles, [names[0], dict.fromkeys(names[1], "a")]).reason
    drawn = choose_clusters([profiles], AUTO, names, resample_seeds=True)
    assert drawn.cluster == "window"
    assert choose_clusters([profiles], PUBLISHED, names).reason == "as configured"


def test_paired_arms_take_documents_if_one_of_them_needs_them():
    plain, names = differing(24, 0.0)
    rough, _ = differing(24, 0.5)
    assert choose_clusters([plain, rough], AUTO, names).cluster == "document"
    (record, *_) = paired_differences(plain, rough, AUTO, names)
    assert record["clusters"]["cluster"] == "document"
    (record, *_) = paired_differences(plain, plain, AUTO, names)
    assert record["clusters"]["cluster"] == "window"


def test_a_document_of_several_seeds_is_one():
    profiles, names = differing(6, 0.0, windows=1)
    nested = nesting(profiles, names)
    assert len(np.unique(nested.windows)) == 12
    assert len(np.unique(nested.documents)) == 6
    assert (nested.documents[:12] == nested.documents[12:]).all()


def test_the_records_say_which_clusters_and_hold_the_variance():
    profiles, names = differing(24, 0.5)
    records = decay_records(profiles, AUTO, names)
    assert records["clusters"] == chosen(profiles, names).record
    as_asked = replace(AUTO, bootstrap=replace(AUTO.bootstrap, cluster="document"))
    assert records["fits"] == decay_records(profiles, as_asked, names)["fits"]
    held = {(fit["seed"], fit["family"]) for fit in records["fits"] if "variance_documents" in fit}
    assert held == {("pooled", "power_law")}
    (fit,) = (fit for fit in records["fits"] if "variance_documents" in fit)
    assert fit["variance_documents"] == pytest.approx(0.25, rel=0.5)
    again = decay_records(profiles, AUTO, names, resample_seeds=True)
    assert not any("variance_documents" in fit for fit in again["fits"])


def test_p_at_its_bound_or_without_a_fall_has_no_variance():
    profiles, names = differing(8, 0.0)
    nested, r = nesting(profiles, names), np.arange(1.0, 41)
    noise = np.random.default_rng(0).lognormal(0, 0.1, (len(nested.windows), len(r)))
    steep, rises = np.exp(-4 * r) + 1e-3, 0.1 + 0.01 * r
    assert variance_on(steep * noise**0.01, r, nested) is None
    assert variance_on(rises * noise, r, nested) is None
    assert variance_on((r + 1) ** -0.8 * noise, r, nested) is not None
