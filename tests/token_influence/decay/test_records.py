"""Decay records of simulated arms: what is told, what is refused, and what has to hold."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulated_arms import BOOTSTRAP, PUBLISHED, arm, frame, pooled, rising, width

from token_influence.decay.paired_differences import paired_differences
from token_influence.decay.records import decay_records
from token_influence.decay.settings import Settings, Sweep
from token_influence.errors import DecayError
from token_influence.fitting.families import FAMILIES
from token_influence.profiles.normalise import naming_arm, normalised_profiles
from token_influence.tables.decay import controls_table, objectives_table, sweep_table

SHAPES = {"p": 0.85, "xi": 9.0, "kappa": 0.7}


@pytest.fixture(scope="module")
def everything():
    settings = Settings(
        list(FAMILIES),
        ["1..40", "0..40", "full"],
        [0, 4],
        bootstrap=BOOTSTRAP,
        sweep=Sweep(["power_law"], [0, 4], [20, 400]),
    )
    return decay_records(arm(), settings)


def test_every_fit_is_there_once_and_is_valid_json(everything):
    json.dumps(everything, allow_nan=False)
    keys = [
        tuple(fit[key] for key in ("seed", "skip_sources", "range", "family"))
        for fit in everything["fits"]
    ]
    assert len(keys) == len(set(keys)) == 3 * 2 * 3 * len(FAMILIES)
    assert len(everything["trend"]) == 3 * 2 * 3
    for fit in everything["fits"]:
        assert fit["n"] == fit["distance_max"] - fit["distance_min"] + 1
        assert set(fit["parameters"]) == set(FAMILIES[fit["family"]].parameters)
        assert fit["identified"] == (fit["reason"] is None)
        assert (fit["win_share"] is not None) == (fit["seed"] == "pooled")
        assert (fit["unconstrained"] is None) == (fit["family"] not in PUBLISHED.families)


def test_the_full_range_is_what_every_prediction_of_every_seed_has(everything):
    positions = [part.positions.min() for part in arm()]
    for skip in (0, 4):
        ends = {
            fit["distance_max"]
            for fit in everything["fits"]
            if fit["range"] == "full" and fit["skip_sources"] == skip
        }
        assert ends == {min(positions) - skip}


def test_sources_left_out_change_nothing_at_distances_that_do_not_reach_them(everything):
    parts = [part.without_sources(4) for part in arm()]
    settings = Settings(list(FAMILIES), ["1..40", "full"], [4], bootstrap=BOOTSTRAP)
    alone = decay_records(parts, settings)
    for kind in ("trend", "fits"):
        assert alone[kind] == [
            record
            for record in everything[kind]
            if record["skip_sources"] == 4 and record["range"] != "0..40"
        ]


def test_the_true_family_is_identified_wins_and_holds_the_truth(everything):
    record = pooled(everything["fits"], skip_sources=0, range="1..40")
    assert record["identified"]
    assert record["parameters"]["p"]["low"] < 0.85 < record["parameters"]["p"]["high"]
    rivals = [pooled(everything["fits"], name, skip_sources=0, range="1..40") for name in FAMILIES]
    np.testing.assert_allclose(sum(rival["win_share"] for rival in rivals), 1)
    np.testing.assert_allclose(sum(rival["akaike_weight"] for rival in rivals), 1)
    exponential = pooled(everything["fits"], "exponential", skip_sources=0, range="1..40")
    assert exponential["cv_verdict"] == "worse"
    assert exponential["cv_error"] > record["cv_error"]
    assert exponential["r_squared"] < record["r_squared"]


def test_unconstrained_values_agree_where_the_bounds_don_t_bind(everything):
    for name, shape in (("power_law", "p"), ("exponential", "xi")):
        record = pooled(everything["fits"], name, skip_sources=0, range="1..40")
        free = record["unconstrained"]
        for parameter in (shape, "gamma", "beta"):
            np.testing.assert_allclose(
                free[parameter], record["parameters"][parameter]["estimate"], rtol=1e-3
            )
        np.testing.assert_allclose(free["r_squared"], record["r_squared"], rtol=1e-6)


def test_the_seeds_own_values_stand_beside_the_pooled_one(everything):
    record = pooled(everything["fits"], skip_sources=0, range="1..40")
    own = {
        fit["seed"]: fit["parameters"]["p"]["estimate"]
        for fit in everything["fits"]
        if (fit["skip_sources"], fit["range"], fit["family"]) == (0, "1..40", "power_law")
        and fit["seed"] != "pooled"
    }
    assert record["parameters"]["p"]["seeds"] == own
    assert set(own) == {"0", "1"}


def test_the_sweep_covers_its_ranges_pooled(everything):
    swept = [
        (record["skip_sources"], record["distance_min"], record["distance_max"])
        for record in everything["sweep"]
    ]
    last = min(part.positions.min() for part in arm())
    ends = [(0, 20), (0, last), (4, 20), (4, last)]
    assert swept == [
        (skip, low, end - skip * (end == last)) for skip in (0, 4) for low, end in ends
    ]
    assert all(record["seed"] == "pooled" for record in everything["sweep"])
    same = [record for record in everything["sweep"] if record["distance_max"] == 20]
    assert all(record["parameters"]["p"]["low"] is not None for record in same)


def test_the_sweep_as_a_table(everything):
    names = {
        "model": "m", "weights": "trained", "corpus": "c", "order": "intact", "objective": "o",
    }  # fmt: skip
    table = sweep_table([{"arm": names, **everything}])
    assert len(table) == len(everything["sweep"])
    assert table["p"].tolist() == [
        record["parameters"]["p"]["estimate"] for record in everything["sweep"]
    ]
    assert (table["p_low"] <= table["p_high"]).all()


def test_a_rising_profile_is_told_as_it_is_and_identifies_no_decay():
    settings = replace(PUBLISHED, families=list(FAMILIES), ranges=["1..40", "0..40"])
    records = decay_records(arm(curve=rising, noise=0.1), settings, resample_seeds=True)
    for trend in records["trend"]:
        assert trend["direction"] == "rises"
        assert trend["trend"]["low"] > 0
    for fit in records["fits"]:
        assert fit["identified"] == (fit["family"] == "constant")
        if fit["family"] != "constant":
            assert fit["reason"].startswith("the profile rises with distance (trend 0.")
    json.dumps(records, allow_nan=False)


@pytest.mark.parametrize("name", [name for name, family in FAMILIES.items() if family.shapes])
def test_a_clear_profile_of_the_family_identifies_it(name):
    family = FAMILIES[name]
    theta = [SHAPES[shape.name] for shape in family.shapes]
    if name == "truncated_power_law":
        theta = [0.3, 9.0]

    def curve(r):
        return 0.02 * family.offset + 0.5 * family.curve(r, *theta)

    profiles = arm(curve=curve, noise=0.02, shared=0.0)
    found = pooled(decay_records(profiles, replace(PUBLISHED, families=[name]))["fits"], name)
    assert found["identified"], found["reason"]
    for shape, value in zip(family.shapes, theta, strict=True):
        assert found["parameters"][shape.name]["estimate"] == pytest.approx(value, rel=0.15)


def test_row_order_is_irrelevant():
    frames = [frame(seed) for seed in (0, 1)]
    mixed = [part.sample(frac=1, random_state=3) for part in frames]
    one, other = (
        decay_records([normalised_profiles(p, at) for at, p in enumerate(parts)], PUBLISHED)
        for parts in (frames, mixed)
    )
    assert one == other


def test_scaling_all_influence_changes_nothing_since_profiles_are_normalised():
    parts = [frame(seed) for seed in (0, 1)]
    scaled = [part.assign(influence=part["influence"] * 64.0) for part in parts]
    one, other = (
        decay_records([normalised_profiles(p, at) for at, p in enumerate(each)], PUBLISHED)
        for each in (parts, scaled)
    )
    assert one == other


def test_more_windows_narrow_the_interval():
    few, many = (
        pooled(decay_records(arm(windows=windows), PUBLISHED)["fits"]) for windows in (6, 54)
    )
    assert width(many) < 0.6 * width(few)


def test_documents_as_clusters_widen_the_interval_when_windows_share_them():
    profiles = arm(windows=18, shared=0.0)
    documents = [dict.fromkeys(range(18), "a") | dict.fromkeys(range(9, 18), "b") for _ in (0, 1)]
    by_document = replace(PUBLISHED, bootstrap=replace(BOOTSTRAP, cluster="document"))
    record = pooled(decay_records(profiles, by_document, documents)["fits"])
    assert record["windows"] == 36
    assert record["cv_error_se"] is not None
    single = [{window: str(window) for window in range(18)} for _ in (0, 1)]
    alone = decay_records(profiles, by_document, single)["fits"]
    assert {fit["seed"] for fit in alone} == {"0", "1", "pooled"}
    with pytest.raises(DecayError, match="need the documents of the windows"):
        decay_records(profiles, by_document)
    with pytest.raises(DecayError, match="window 17 of seed 0 has no document"):
        decay_records(profiles, by_document, [dict.fromkeys(range(17), "a")] * 2)
    with pytest.raises(DecayError, match="seed 0 has fewer than two documents"):
        decay_records(profiles, by_document, [dict.fromkeys(range(18), "a")] * 2)


def test_initialisations_that_differ_widen_the_interval():
    first = normalised_profiles(frame(0), 0)
    second = normalised_profiles(frame(1, curve=lambda r: 0.02 + 0.5 * (r + 1) ** -2.0), 1)
    fixed, drawn = (
        pooled(decay_records([first, second], PUBLISHED, resample_seeds=each)["fits"])
        for each in (False, True)
    )
    assert width(drawn) > 1.3 * width(fixed)
    wide = replace(PUBLISHED, bootstrap=replace(BOOTSTRAP, method="expanded"))
    fixed_wide, drawn_wide = (
        pooled(decay_records([first, second], wide, resample_seeds=each)["fits"])
        for each in (False, True)
    )
    # Two initialisations are two independent values, however many windows each has.
    assert width(fixed_wide) < 1.2 * width(fixed)
    assert width(drawn_wide) > 1.08 * width(drawn)


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("weighting", ["uniform", "inverse_variance"])
def test_scale_and_weighting(scale, weighting):
    records = decay_records(arm(), replace(PUBLISHED, scale=scale, weighting=weighting))
    record = pooled(records["fits"])
    assert record["identified"]
    assert record["parameters"]["p"]["low"] < 0.85 < record["parameters"]["p"]["high"]
    json.dumps(records, allow_nan=False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ranges": ["1..400"]}, r"arm: range 1\.\.400 does not lie within 0\.\.5\d"),
        ({"ranges": ["40..1"]}, r"arm: range 40\.\.1 does not lie"),
        ({"ranges": ["1..3"]}, r"arm: range 1\.\.3 has 3 distances, too few for the 3 parameters"),
        ({"skip_sources": [70]}, "arm: no distance is shared by all predictions"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(options, message):
    with pytest.raises(DecayError, match=message), naming_arm("arm"):
        decay_records(arm(), replace(PUBLISHED, **options))


def test_fewer_than_two_windows_are_refused():
    with pytest.raises(DecayError, match="seed 0 has fewer than two windows"):
        decay_records(arm(windows=1), PUBLISHED)


def test_the_table_of_objectives_names_both():
    names = {"model": "m", "weights": "trained", "corpus": "c", "order": "intact"}
    both = {"objective": "true_logit", "other": "fisher"}
    found = paired_differences(arm(), arm(curve=rising), PUBLISHED, names=tuple(both.values()))
    table = objectives_table([{"arm": names | both, "differences": found}])
    row = table.query("family == 'power_law'").iloc[0]
    assert row["objective"] == "true_logit − fisher"
    assert row["reason"].startswith("fisher: the profile rises")


def test_the_controls_stand_in_one_table():
    names = {"model": "m", "weights": "trained", "corpus": "c", "objective": "true_logit"}
    decay = [
        {"arm": names | {"order": "intact"}, **decay_records(arm(), PUBLISHED)},
        {
            "arm": names | {"order": "intact", "weights": "random"},
            **decay_records(arm(curve=rising), PUBLISHED),
        },
    ]
    differences = paired_differences(arm(), arm(), PUBLISHED, names=("intact", "reversed"))
    paired = [{"arm": names | {"control": "reversed"}, "differences": differences}]
    predictions = pd.concat(
        pd.DataFrame(
            {"seed": 0, "window": [0, 1], "nll": losses, "entropy": 1.0, "true_rank": ranks}
        )
        .assign(**names)
        .assign(weights=weights, order=order)
        for weights, order, losses, ranks in [
            ("trained", "intact", [3.0, 5.0], [1, 2]),
            ("trained", "reversed", [6.0, 10.0], [2, 3]),
            ("random", "intact", [11.0, 11.0], [9, 9]),
        ]
    )
    table = controls_table(decay, paired, predictions).query("family == 'power_law'")
    assert table["order"].tolist() == ["intact", "intact", "intact − reversed"]
    # Each window's own rise, 3 and 5 nats: mean −4, standard error 1.
    assert table["loss"].tolist() == [11, 4, -4]
    assert table["loss_se"].tolist() == [0, 1, 1]
    assert table["accuracy"].tolist() == [0, 0.5, 0.5]
    assert table["weights"].tolist() == ["random", "trained", "trained"]
    assert table["identified"].tolist() == [False, True, True]
    assert table["p"].iloc[2] == 0
    assert (table["p_low"].iloc[1] < table["p"].iloc[1]) & (table["p"].iloc[1] < 2)
