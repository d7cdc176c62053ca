"""A small made-up study, measured by the library's own statistics, and the page of it."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from token_influence.claims.verdicts import verdicts_table
from token_influence.decay.records import decay_records
from token_influence.decay.settings import Bootstrap, Settings, Sweep
from token_influence.page.files import study_templates
from token_influence.page.plotting import plotting_script
from token_influence.page.render import write_page
from token_influence.page.results import Results
from token_influence.page.run_file import write_run_file
from token_influence.page.study import study_page
from token_influence.profiles.aggregate import aggregate
from token_influence.profiles.normalise import NormalisedProfiles
from token_influence.tables.arms import ARM, PROFILE, labelled
from token_influence.tables.decay import decay_table, sweep_table
from token_influence.tables.measured import profiles_table

HOSTILE = "</script><script>a()</script><img src=x onerror=a()>\"'&`*"
HEADLINE = {"range": "1..30", "skip_sources": 0}
ARMS = [
    ("tiny", "trained", "poems", "intact", "true_logit"),
    ("tiny", "trained", "poems", "shuffled", "true_logit"),
    ("tiny", "random", "poems", "intact", "true_logit"),
]
SETTINGS = Settings(
    ["constant", "power_law", "exponential"],
    [HEADLINE["range"], "full"],
    [0],
    sweep=Sweep(["power_law", "exponential"], [0, 4], [20]),
    bootstrap=Bootstrap(resamples=20),
)
STUDY: dict[str, Any] = {
    "headline": HEADLINE,
    "seeds": [0],
    "skip_sources": [0],
    "models": {"tiny": {"description": HOSTILE}},
    "corpora": {
        "poems": {"windows": {"per_seed": 12, "length": 48, "positions": 2, "min_position": 40}}
    },
    "decay": {
        "ranges": SETTINGS.ranges,
        "scale": "linear",
        "weighting": "uniform",
        "bootstrap": {"resamples": 20, "interval": 0.95, "cluster": "window"},
    },
    "response": None,
    "sources": {"own": {"local": HOSTILE, "licence": HOSTILE}},
    "prompts": {"texts": {"sea": {"title": HOSTILE}}},
}
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"></svg>'
CAPTION = (
    "Seeds {{ snakemake.config.seeds | join(', ') }} of ``{{ snakemake.wildcards.model }}``: "
    "{{ snakemake.config.models.tiny.description }}."
)


def _profiles(arm: int) -> NormalisedProfiles:
    """24 predictions in 12 windows: two that fall, and one that is flat as random weights are."""
    noise = np.random.default_rng(arm).lognormal(0, 0.1, size=(24, 41))
    falling = 0.1 + 0.9 * np.arange(1, 42) ** -0.8
    values = (falling if arm < 2 else np.full(41, 0.03)) * noise
    values[:, 0] = 1
    return NormalisedProfiles(values, np.repeat(np.arange(12), 2), np.full(24, 40), seed=0)


@cache
def tables() -> dict[str, pd.DataFrame]:
    """The tables of the study."""
    measured = [_profiles(number) for number in range(len(ARMS))]
    keys = [dict(zip(PROFILE, arm, strict=True)) for arm in ARMS]
    records = [
        decay_records([profiles], SETTINGS) | {"arm": arm}
        for profiles, arm in zip(measured, keys, strict=True)
    ]
    aggregates = labelled((aggregate([profiles], [0]) for profiles in measured), keys)
    numbers = {"windows": 12, "predictions": 24, "entropy": 3.0, "median_rank": 2.5}
    predictions = pd.DataFrame(
        [dict(zip(ARM, arm, strict=False)) | numbers for arm in ARMS]
    ).assign(loss=[3.0, 7.0, 9.0], loss_se=0.2, accuracy=0.4)
    decay = decay_table(records)
    scopes = {"model": "tiny", "prompt": "sea", "method": "semantic", "comes_out": [True, False]}
    return {
        "profiles": profiles_table(aggregates, 0),
        "decay": decay,
        "sweep": sweep_table(records),
        "predictions": predictions,
        "verdicts": verdicts_table(decay, predictions, HEADLINE),
        "scopes": pd.DataFrame(scopes),
        "controls": pd.DataFrame(
            [
                {
                    **keys[0],
                    "order": "intact − shuffled",
                    **HEADLINE,
                    "family": "power_law",
                    "p": -0.3,
                }
            ]
        ).assign(p_low=-0.5, p_high=-0.1, gamma=0.01, loss=-4.0, loss_se=0.3),
    }


def results(**changes: Any) -> Results:
    """What the page is made of, with other values where `changes` names them."""
    figure = "profile/tiny/trained/poems/intact/true_logit"
    values: dict[str, Any] = {
        "tables": tables(),
        "figures": {figure: f"figures/{figure}.svg"},
        "captions": {"profile": CAPTION},
        "study": STUDY,
        "scopes": {("tiny", "sea"): "../scopes/tiny/sea.html"},
        "provenance": {"fits": {"code": "0123abcd", "versions": {"numpy": "2.4"}}},
    }
    return Results(**values | changes)


def many(number: int) -> Results:
    """As many arms, of models of their own."""
    copies = -(-number // len(ARMS))
    several = {
        name: pd.concat([frame.assign(model=f"model-{k}") for k in range(copies)])
        if name in ("profiles", "decay", "sweep", "predictions")
        else frame
        for name, frame in tables().items()
    }
    models = {f"model-{k}": {} for k in range(copies)} | STUDY["models"]
    return results(tables=several, study=STUDY | {"models": models})


def write_study(folder: Path, of: Results) -> str:
    """Write the page, its figures and the record of a run into the folder; return its address."""
    for source in of.figures.values():
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).write_text(PICTURE)
    times = folder / "benchmarks/fit_decay/tiny"
    times.mkdir(parents=True)
    (times / "a.tsv").write_text("s\th:m:s\n1.5\t0:00:01\n")
    write_run_file({"commit": HOSTILE, "seconds": 2.5}, folder / "benchmarks", folder / "run.js")
    write_page(study_page(study_templates(), plotting_script(), of), folder / "index.html")
    return f"file://{folder}/index.html"
