"""Bad input stops the study with one sentence: before any job where the config tells, else in the
first job that can tell, with nothing saved."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tiny_study import Clone, write_text


def failure(clone: Clone, *arguments: str) -> str:
    done = clone.snakemake("--cores", "1", *arguments)
    assert done.returncode != 0
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"windows__lenght": 5}, "windows.lenght: unknown key (did you mean 'length'?)"),
        ({"windows": 3}, "windows: found 3; allowed is a mapping of keys."),
        ({"results": "inputs"}, "results: found 'inputs', but the source tiny-files is"),
        ({"sources__first-text__local": "gone.txt"}, "sources.first-text.local: found 'gone.txt'"),
        ({"corpora__first": {"local": "gone.txt"}}, "corpora.first.local: found 'gone.txt'"),
    ],
)
def test_a_wrong_config_stops_before_any_job_without_a_traceback(fresh: Clone, changes, sentence):
    fresh.configure(**changes)
    output = failure(fresh)
    assert sentence in output
    assert "Traceback" not in output
    assert not (fresh.folder / "results").exists()
    assert not (fresh.folder / "resources").exists()


@pytest.mark.long
def test_a_corpus_too_short_for_its_windows(study: Clone):
    write_text(study.folder / "inputs/first.txt", seed=1, words=24)
    target = "results/windows/tiny/first/intact/seed0.parquet"
    output = failure(study, target)
    assert "draw_windows: the corpus 'first' has room for" in output
    assert "Traceback" not in output.partition("draw_windows:")[0]
    assert not (study.folder / target).exists()


def test_a_checkpoint_with_less_context_than_registered(study: Clone):
    study.configure(models__tiny__context=100)
    output = failure(study, "models")
    assert "64 tokens" in output
    assert "100" in output
    assert not (study.folder / "resources/models/tiny/trained/manifest.json").exists()


@pytest.mark.long
def test_a_gradient_that_is_not_usable_stops_the_job_and_nothing_is_saved(fresh: Clone):
    path = fresh.folder / "inputs/model/model.safetensors"
    weights = dict(load_file(path))
    name = "model.layers.1.mlp.down_proj.weight"
    weights[name] = np.full_like(weights[name], 3e38)  # finite, but what it makes is not
    save_file(weights, path, metadata={"format": "pt"})
    target = "results/influence/tiny/trained/first/intact/seed0.parquet"
    output = failure(fresh, target)
    assert "measure_influence: The " in output
    assert " at window 0, position " in output
    assert not list((fresh.folder / "results").glob("influence/**/*.parquet"))
    assert not list((fresh.folder / "results").glob("predictions/**/*.parquet"))
