"""Figures show exactly the data they are given, and equal data give equal bytes."""

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import jinja2
import matplotlib
import numpy as np
import pandas as pd
import pytest
import yaml
from docutils.core import publish_string
from tiny_study import REPOSITORY

from token_influence.errors import DecayError
from token_influence.figures.controls import controls_figure
from token_influence.figures.curves import headline_fits
from token_influence.figures.exponents import exponents_figure
from token_influence.figures.individual import SHOWN, evenly, individual_figure
from token_influence.figures.objectives import objectives_figure
from token_influence.figures.profile import pooled, profile_figure
from token_influence.figures.style import save
from token_influence.tables.decay import decay_table

ARM = {
    "model": "tiny_1",
    "weights": "trained",
    "corpus": "poems",
    "order": "intact",
    "objective": "true_logit",
}
HEADLINE = {"range": "1..100", "skip_sources": 0}
FULL = 110  # the largest distance that every prediction has
PARAMETERS = {
    "power_law": {"p": (0.91, 0.85, 0.97), "gamma": (0.02, 0.01, 0.03), "beta": (0.6, 0.5, 0.7)},
    "exponential": {"xi": (5.5, 4.5, 6.5), "gamma": (0.03, 0.02, 0.04), "beta": (0.4, 0.3, 0.5)},
}


def power_law(r: np.ndarray) -> np.ndarray:
    return 0.02 + 0.6 * (r + 1) ** -0.91


def exponential(r: np.ndarray) -> np.ndarray:
    return 0.03 + 0.4 * np.exp(-r / 5.5)


@pytest.fixture
def profile() -> pd.DataFrame:
    frames = []
    for seed, scale in [("0", 0.9), ("1", 1.1), ("pooled", 1.0)]:
        for skip in (0, 4):
            r = np.arange(121)
            median = scale * (1 + 0.1 * np.sin(r)) * power_law(r) + 0.001 * skip
            levels = {"median": 1.0, "mean": 1.1, "q05": 0.3, "q25": 0.7, "q75": 1.4, "q95": 2.5}
            columns = {name: factor * median for name, factor in levels.items()}
            n = np.where(r <= FULL, 8, 5)
            frames.append(
                pd.DataFrame({"seed": seed, "skip_sources": skip, "distance": r, "n": n, **columns})
            )
    return pd.concat(frames, ignore_index=True)


def fit(family: str, label: str = "1..100", **changes) -> dict:
    low, high = (1, FULL) if label == "full" else map(int, label.split(".."))
    triples = PARAMETERS[family].items()
    return {
        "seed": "pooled",
        "skip_sources": 0,
        "distance_min": low,
        "distance_max": high,
        "range": label,
        "n": high - low + 1,
        "windows": 4,
        "predictions": 8,
        "family": family,
        "identified": True,
        "reason": None,
        "parameters": {
            name: dict(zip(("estimate", "low", "high"), triple, strict=True))
            for name, triple in triples
        },
        "r_squared": 0.9871 if family == "power_law" else 0.9342,
        **dict.fromkeys(("r_squared_log", "rss", "aic", "aicc", "bic", "akaike_weight"), 0.5),
        **changes,
    }


def record(fits: list[dict] | None = None, **arm: str) -> dict:
    fits = fits or [fit("exponential"), fit("power_law"), fit("power_law", seed="0", n=1)]
    sample = ("seed", "skip_sources", "distance_min", "distance_max")
    fall = {"trend": {"estimate": -0.9, "low": -1.0, "high": -0.8}, "direction": "falls"}
    trends = [{**{key: one[key] for key in sample}, **fall} for one in fits]
    return {"arm": {**ARM, **arm}, "trend": trends, "fits": fits}


def unidentified(family: str, **changes) -> dict:
    return fit(family, identified=False, reason="the profile rises with distance", **changes)


def line(axes, gid: str):
    """The one line of `axes` with this id."""
    (found,) = [one for one in axes.lines if one.get_gid() == gid]
    return found


def texts(artist) -> str:
    return "\n".join(one.get_text() for one in artist.findobj(matplotlib.text.Text))


def test_pooled_keeps_only_distances_of_every_prediction(profile):
    rows = pooled(profile.sample(frac=1, random_state=0), skip_sources=4)
    assert rows["distance"].tolist() == list(range(FULL + 1))
    assert set(rows["seed"]) == {"pooled"}
    assert set(rows["skip_sources"]) == {4}


def test_profile_draws_median_and_bands(profile):
    upper = profile_figure(profile, record(), HEADLINE).axes[0]
    rows = pooled(profile, 0)
    np.testing.assert_array_equal(line(upper, "median").get_xdata(), rows["distance"] + 1)
    np.testing.assert_array_equal(line(upper, "median").get_ydata(), rows["median"])
    for low, high in [("q05", "q95"), ("q25", "q75")]:
        (band,) = [one for one in upper.collections if one.get_gid() == low]
        drawn = set(band.get_paths()[0].vertices[:, 1])
        assert drawn == {*rows[low], *rows[high]}


def test_profile_draws_fits_on_their_range(profile):
    upper, lower = profile_figure(profile, record(), HEADLINE).axes
    r = np.arange(1, 101)
    median = pooled(profile, 0)["median"].to_numpy()[1:101]
    for family, formula in [("power_law", power_law), ("exponential", exponential)]:
        np.testing.assert_array_equal(line(upper, family).get_xdata(), r + 1)
        np.testing.assert_allclose(line(upper, family).get_ydata(), formula(r))
        np.testing.assert_allclose(line(lower, family).get_ydata(), median / formula(r))
    np.testing.assert_array_equal(line(upper, "range").get_xdata(), [2, 101])


def test_profile_says_what_it_shows(profile):
    figure = profile_figure(profile, record(), HEADLINE)
    shown = texts(figure)
    for part in (
        "tiny_1 · trained · poems · intact · true logit",
        "4 windows, 8 predictions, seeds 0, 1; all sources",
        "fitted: $r$ = 1 … 100",
        "$p$ = 0.91 [0.85, 0.97],  $R^2$ = 0.987",
        r"$\xi$ = 5.5 [4.5, 6.5],  $R^2$ = 0.934",
    ):
        assert part in shown


def test_headline_chooses_range_and_sources(profile):
    other = fit("power_law", "0..100", skip_sources=4)
    headline = {"range": "0..100", "skip_sources": 4}
    figure = profile_figure(profile, record([fit("power_law"), other]), headline)
    assert "without the first 4 positions" in texts(figure)
    np.testing.assert_array_equal(line(figure.axes[0], "range").get_xdata(), [1, 101])
    median = pooled(profile, 4)["median"]
    np.testing.assert_array_equal(line(figure.axes[0], "median").get_ydata(), median)


def test_unidentified_fit_is_named_not_drawn(profile):
    fits = [unidentified("power_law"), fit("exponential")]
    upper, lower = profile_figure(profile, record(fits), HEADLINE).axes
    assert "power_law" not in [one.get_gid() for one in (*upper.lines, *lower.lines)]
    assert "not identified" in texts(upper.figure)
    assert "the profile rises with distance" in texts(lower)
    assert line(lower, "exponential")


def test_missing_headline_fit_is_refused():
    with pytest.raises(DecayError, match=r"tiny_1/.*r = full"):
        headline_fits(record(), {"range": "full", "skip_sources": 0})


def test_evenly_spread_choice():
    assert evenly(5, 20).tolist() == [0, 1, 2, 3, 4]
    assert evenly(128, 20)[[0, -1]].tolist() == [0, 127]
    assert len(set(evenly(128, 20))) == 20


def influence(seed: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    rows = [
        {"window": window, "position": position, "distance": r, "influence": generator.random() + 1}
        for window in range(8)
        for position in (FULL + 1, FULL + 7)
        for r in range(position + 1)
    ]
    return pd.DataFrame(rows).astype({"influence": "float32"})


def test_individual_profiles_are_normalised_and_chosen_alike(profile):
    frames = [influence(0), influence(1)]
    shuffled = [frame.sample(frac=1, random_state=3) for frame in frames]
    axes = individual_figure(shuffled, profile, ARM, 0).axes[0]
    drawn = [one.get_ydata() for one in axes.lines if one.get_gid() == "single"]
    doubled = [frame.astype({"influence": "float64"}) for frame in frames]
    groups = [g for frame in doubled for _, g in frame.groupby(["window", "position"])]
    expected = [(group["influence"] / group["influence"].iloc[0])[: FULL + 1] for group in groups]
    assert len(drawn) == SHOWN
    np.testing.assert_array_equal(drawn, [expected[i] for i in evenly(len(expected), SHOWN)])
    np.testing.assert_array_equal(line(axes, "median").get_ydata(), pooled(profile, 0)["median"])
    assert f"{SHOWN} of 32 predictions" in texts(axes)


def test_objectives_draws_each_median_and_its_ratio(profile):
    other = profile.assign(median=profile["median"] * 1.25)
    records = [record(), record(objective="predicted_logit")]
    upper, lower = objectives_figure([profile, other], records, HEADLINE).axes
    first, second = [one for one in upper.lines if one.get_gid() == "median"]
    np.testing.assert_array_equal(first.get_ydata(), pooled(profile, 0)["median"])
    np.testing.assert_array_equal(second.get_ydata(), pooled(other, 0)["median"])
    np.testing.assert_allclose(lower.lines[1].get_ydata(), 1.25)
    assert first.get_linestyle() != second.get_linestyle()
    assert first.get_marker() != second.get_marker()
    assert "predicted logit:  $p$ = 0.91 [0.85, 0.97]" in texts(upper.figure)


def test_controls_head_each_arm_with_its_loss(profile):
    records = [record(), record([unidentified("power_law")], weights="random")]
    losses = [{"loss": 4.123, "loss_se": 0.051}, {"loss": 10.9, "loss_se": 0.1}]
    rising = profile.assign(median=profile["median"][::-1].to_numpy())
    left, right = controls_figure([profile, rising], records, losses, HEADLINE).axes
    assert "mean loss 4.12 ± 0.05 nats\n$p$ = 0.91 [0.85, 0.97]" in texts(left)
    assert "mean loss 10.90 ± 0.10 nats\npower law: not identified" in texts(right)
    assert (left.get_title(loc="left"), right.get_title(loc="left")) == (
        "trained · intact",
        "random · intact",
    )
    assert left.get_ylim() == right.get_ylim()
    np.testing.assert_array_equal(line(right, "median").get_ydata(), pooled(rising, 0)["median"])


@pytest.fixture
def decay() -> pd.DataFrame:
    at_bound = {**fit("power_law")["parameters"], "p": {"estimate": 5.0, "low": 4.0, "high": 5.0}}
    wide = {**fit("power_law")["parameters"], "p": {"estimate": 1.1, "low": 0.4, "high": 4.9}}
    intact = [
        fit("exponential"),
        fit("power_law", seed="0"),
        fit("power_law"),
        fit("power_law", skip_sources=4, parameters=wide),
        fit("power_law", "full"),
    ]
    random = [unidentified("power_law"), fit("power_law", "full", parameters=at_bound)]
    return decay_table([record(intact), record(random, weights="random")])


def test_exponents_draws_what_is_identified(decay):
    left, right = exponents_figure(decay).axes
    points = [one for one in left.lines if one.get_gid() == "identified"]
    assert [(one.get_xdata()[0], round(one.get_ydata()[0])) for one in points] == [
        (0.91, 0),
        (1.1, 0),
    ]
    spans = [tuple(one.get_xdata()) for one in left.lines if len(one.get_xdata()) == 2]
    assert {(0.85, 0.97), (0.4, 4.9)} <= set(spans)
    assert points[0].get_marker() != points[1].get_marker()
    (cross,) = [one for one in left.lines if one.get_gid() == "unidentified"]
    assert cross.get_marker() == "x"
    assert round(cross.get_ydata()[0]) == 1
    assert [one.get_text() for one in left.get_yticklabels()] == [
        "trained · poems · intact · true logit",
        "random · poems · intact · true logit",
    ]
    assert [one.get_gid() for one in right.lines].count("unidentified") == 1  # p at its bound
    assert left.get_xlim() == right.get_xlim() == (0, 1.5)
    assert "published" in [one.get_gid() for one in left.patches]
    assert "published" not in [one.get_gid() for one in right.patches]


def test_interval_beyond_the_axis_ends_in_an_arrow(decay):
    left = exponents_figure(decay).axes[0]
    arrows = [one.get_xdata()[0] for one in left.lines if one.get_marker() == ">"]
    assert arrows == [1.5]


def test_exponents_of_several_models_stand_model_by_model(decay):
    both = pd.concat([decay, decay.assign(model="other"), decay.assign(weights="step1")])
    labels = [one.get_text() for one in exponents_figure(both).axes[0].get_yticklabels()]
    assert [label.splitlines()[0] for label in labels if "\n" in label] == ["tiny_1", "other"]
    assert "\n" in labels[0]
    assert "\n" in labels[-2]
    assert exponents_figure(decay).texts[0].get_text() == "tiny_1"


def test_exponents_without_any_identified(decay):
    figure = exponents_figure(decay.assign(identified=False))
    gids = {one.get_gid() for axes in figure.axes for one in axes.lines}
    assert "identified" not in gids


DRAW = """
import sys
import pandas as pd
from token_influence.figures.exponents import exponents_figure
from token_influence.figures.style import save
save(exponents_figure(pd.read_csv(sys.argv[1])), sys.argv[2] + ".svg", sys.argv[2] + ".png")
assert "matplotlib.pyplot" not in sys.modules
"""


def test_bytes_do_not_depend_on_process_or_settings(decay, tmp_path):
    decay.to_csv(tmp_path / "decay.csv", index=False)
    for name, seed in [("one", "1"), ("two", "2")]:
        command = [sys.executable, "-c", DRAW, tmp_path / "decay.csv", tmp_path / name]
        subprocess.run(command, check=True, cwd=REPOSITORY, env={"PYTHONHASHSEED": seed})
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": None, "xtick.direction": "in"}):
        save(exponents_figure(decay), tmp_path / "three.svg", tmp_path / "three.png")
        assert matplotlib.rcParams["font.size"] == 30
    for end in ("svg", "png"):
        files = [(tmp_path / f"{name}.{end}").read_bytes() for name in ("one", "two", "three")]
        assert files[0] == files[1] == files[2], end
    assert b"<dc:date>" not in (tmp_path / "one.svg").read_bytes()


def test_every_figure_is_saved_twice_alike(profile, tmp_path):
    def draw(folder: Path) -> list[bytes]:
        figures = {
            "profile": profile_figure(profile, record(), HEADLINE),
            "individual": individual_figure([influence(0), influence(1)], profile, ARM, 0),
            "objectives": objectives_figure([profile], [record()], HEADLINE),
            "controls": controls_figure(
                [profile], [record()], [{"loss": 4.0, "loss_se": 0.1}], HEADLINE
            ),
        }
        for name, figure in figures.items():
            save(figure, folder / f"{name}.svg", folder / f"{name}.png")
        return [path.read_bytes() for path in sorted(folder.iterdir())]

    assert draw(tmp_path / "one") == draw(tmp_path / "two")


def caption(name: str, config: dict, skip_sources: int = 0) -> str:
    """A caption of the report as HTML; anything undefined or malformed raises."""
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    for corpus in config["corpora"].values():  # as rules/common.smk has it
        corpus["windows"] = config["windows"] | corpus.get("windows", {})
    first = {"model": next(iter(config["models"])), "corpus": next(iter(config["corpora"]))}
    snakemake = SimpleNamespace(
        config=config,
        wildcards=SimpleNamespace(**{**ARM, **first}),
        params=SimpleNamespace(
            headline={"range": "3..77", "skip_sources": skip_sources}, skip_sources=skip_sources
        ),
    )
    # What `{% if model.description %}` guards may be absent.
    environment.undefined = jinja2.ChainableUndefined if name == "none" else jinja2.StrictUndefined
    text = environment.from_string((REPOSITORY / "report" / f"{name}.rst").read_text()).render(
        snakemake=snakemake
    )
    return publish_string(
        text, writer="html5", settings_overrides={"halt_level": 2, "warning_stream": io.StringIO()}
    ).decode()


@pytest.fixture
def config() -> dict:
    return yaml.safe_load((REPOSITORY / "config.yaml").read_text())


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (REPOSITORY / "report").glob("*.rst"))
)
def test_captions_render(name, config):
    assert caption(name, config)


def test_captions_print_the_configuration(config):
    config["decay"]["bootstrap"].update(resamples=4321, interval=0.9)
    config["windows"].update(length=777, per_seed=55)
    shown = caption("profile", config, skip_sources=6)
    for part in ("4321 resamples", "90 % intervals", "777 tokens", "55 windows", "3..77"):
        assert part in shown
    assert "a 4-bit instruct checkpoint" in shown
    assert "the first 6 positions are left out" in shown
