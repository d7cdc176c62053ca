"""The library's one call and the command line give the pipeline's numbers, to the bit."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tiny_study import Clone

from token_influence.cli import main
from token_influence.config import load_study
from token_influence.decay.settings import settings_from
from token_influence.files import read_json
from token_influence.influence.determinism import make_reproducible
from token_influence.standalone.choices import Choices
from token_influence.standalone.measurement import measure_text


@pytest.fixture
def choices(finished_study: Clone) -> Choices:
    """The study's own."""
    study = load_study(finished_study.config())
    decay = study.decay.model_dump(mode="json", exclude_none=True)
    settings = settings_from(decay, study.skip_sources)
    return Choices(
        windows=study.windows.per_seed,
        length=study.windows.length,
        positions=study.windows.positions,
        min_position=study.windows.min_position,
        objectives=("true_logit", "predicted_logit"),
        seed=study.seeds[0],
        device="cpu",
        fits=settings,
    )


@pytest.mark.parametrize("order", ["intact", "shuffled"])
def test_one_call_is_the_pipeline(finished_study: Clone, choices: Choices, order: str) -> None:
    make_reproducible(threads=1)
    inputs, results = finished_study.folder / "inputs", finished_study.folder / "results"
    objectives = ("true_logit", "predicted_logit") if order == "intact" else ("true_logit",)
    chosen = replace(choices, order=order, objectives=objectives)
    found = measure_text(inputs / "model", [inputs / "first.txt"], chosen)
    windows = pd.read_parquet(results / f"windows/tiny/first/{order}/seed0.parquet")
    assert_frame_equal(found.windows.map(str), windows.map(str))
    for name in ("influence", "predictions"):
        written = pd.read_parquet(results / f"{name}/tiny/trained/first/{order}/seed0.parquet")
        assert_frame_equal(getattr(found, name), written, check_exact=True, check_categorical=False)
    for objective in objectives:
        arm = f"tiny/trained/first/{order}/{objective}"
        profile = found.profile[found.profile["objective"] == objective]
        assert_frame_equal(
            profile.drop(columns="objective").reset_index(drop=True),
            pd.read_parquet(results / f"profiles/{arm}.parquet"),
            check_exact=True,
        )
        decay = read_json(results / f"decay/{arm}.json")
        for part in ("trend", "fits", "sweep"):
            assert json.loads(json.dumps(found.decay[objective][part])) == decay[part]


def test_the_command_line_is_the_pipeline(finished_study: Clone, tmp_path, capsys) -> None:
    """With options in place of the config; its fits have families and resamples of their own."""
    inputs, results = finished_study.folder / "inputs", finished_study.folder / "results"
    command = (
        f"measure --model {inputs}/model --text {inputs}/first.txt --out {tmp_path}/out --json"
    )
    same = "--windows 4 --length 48 --positions 2 --min-position 28 --range 1..20"
    machine = "--device cpu --threads 1 --objective true_logit --objective predicted_logit"
    assert main(f"{command} {same} {machine}".split()) == 0
    influence = "influence/tiny/trained/first/intact/seed0.parquet"
    assert_frame_equal(
        pd.read_parquet(tmp_path / "out/influence.parquet"),
        pd.read_parquet(results / influence),
        check_exact=True,
    )
    told = json.loads(capsys.readouterr().out)["objectives"]["true_logit"]["families"]["power_law"]
    decay = read_json(results / "decay/tiny/trained/first/intact/true_logit.json")
    (fit,) = [
        fit
        for fit in decay["fits"]
        if (fit["seed"], fit["skip_sources"], fit["range"], fit["family"])
        == ("pooled", 0, "1..20", "power_law")
    ]
    assert told["r_squared"] == fit["r_squared"]
