"""Equal inputs give equal bytes, however they were computed; what was killed is resumed."""

import os
import signal
import subprocess
import sys
import time

import pytest
from tiny_study import Clone


@pytest.mark.long
def test_one_core_in_a_second_clone_gives_the_same_bytes(finished_study: Clone, fresh: Clone):
    fresh.run(cores=1)
    ours, theirs = finished_study.outputs(), fresh.outputs()
    assert ours.keys() == theirs.keys()
    assert [path for path in ours if ours[path] != theirs[path]] == []


@pytest.mark.long
def test_a_killed_run_is_resumed_where_it_stopped(finished_study: Clone, fresh: Clone):
    process = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "1"],
        cwd=fresh.folder,
        env=os.environ | {"PYTHONPATH": str(fresh.folder), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    measured = fresh.folder / "results/influence"
    deadline = time.monotonic() + 480
    # One job at a time and two files: the first was certainly recorded as done, the second perhaps.
    while len(list(measured.rglob("seed0.parquet"))) < 2:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = list(measured.rglob("seed0.parquet"))
    fresh.run("--unlock")
    planned = fresh.plan()
    assert planned["build_corpus"] == 0
    assert 0 < planned["measure_influence"] <= 4 - len(kept) + 1 < 4
    fresh.run()
    assert fresh.outputs() == finished_study.outputs()


def test_intact_and_shuffled_windows_hold_the_same_tokens(finished_study: Clone):
    import pandas as pd

    folder = finished_study.folder / "results/windows/tiny/first"
    intact = pd.read_parquet(folder / "intact/seed0.parquet")
    shuffled = pd.read_parquet(folder / "shuffled/seed0.parquet")
    for before, after in zip(intact["token_ids"], shuffled["token_ids"], strict=True):
        assert sorted(before) == sorted(after)
        assert list(before) != list(after)


def test_results_carry_what_determines_them_and_no_place_or_time(finished_study: Clone):
    from token_influence.parquet import read_provenance

    path = "results/influence/tiny/trained/first/intact/seed0.parquet"
    provenance = read_provenance(finished_study.folder / path)
    assert provenance.keys() == {
        "code",
        "versions",
        "config",
        "device",
        "batch_size",
        "stored_dtypes",
    }
    assert {"torch", "transformers"} <= provenance["versions"].keys()
    assert provenance["config"] == {
        "weights": "trained",
        "seed": 0,
        "objectives": ["true_logit", "predicted_logit"],
        "influence": {
            "device": "cpu",
            "dtype": "float32",
            "attention": "eager",
            "torch_threads": 1,
        },
    }
    everything = b"".join(finished_study.outputs().values())
    assert str(finished_study.folder).encode() not in everything
