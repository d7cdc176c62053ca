"""A tiny training: the same bits every time, also when it was stopped; losses that are right."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from tiny_training import SETTINGS, STEPS, files, trained

from token_influence.training import run
from token_influence.training.run import forget


def test_equal_trainings_give_equal_bytes(finished, material, tmp_path):
    assert files(trained(tmp_path, material)) == files(finished)


def test_the_seed_and_every_step_change_the_weights(finished, material, tmp_path):
    weights = {
        name: found["model.safetensors"]["sha256"] for name, found in files(finished).items()
    }
    assert len(set(weights.values())) == len(STEPS)
    other = trained(tmp_path, material, replace(SETTINGS, seed=4))
    assert files(other)["step0"]["model.safetensors"]["sha256"] != weights["step0"]


def test_a_stopped_training_goes_on_to_the_same_bytes(finished, material, tmp_path, monkeypatch):
    class Stopped(Exception):
        pass

    done: list[int] = []
    stop = 13

    @contextmanager
    def counted(total, *_, **__):
        def advance():
            done.append(total)
            if len(done) == stop:
                raise Stopped

        yield advance

    monkeypatch.setattr(run, "progress", counted)
    with pytest.raises(Stopped):
        trained(tmp_path, material)
    assert (tmp_path / "step5").is_dir()
    trained(tmp_path, material)
    assert len(done) < stop + SETTINGS.steps  # it did not begin anew
    assert done[-1] == SETTINGS.steps - 12  # the state is put by every second step
    assert files(tmp_path) == files(finished)
    forget(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(STEPS)


def test_a_training_of_another_identity_begins_anew(material, tmp_path):
    trained(tmp_path, material, code="one")
    (tmp_path / "step3").mkdir()
    before = (tmp_path / "step20/model.safetensors").stat().st_mtime_ns
    trained(tmp_path, material, code="one")
    assert (tmp_path / "step20/model.safetensors").stat().st_mtime_ns == before
    trained(tmp_path, material, code="two")
    assert (tmp_path / "step20/model.safetensors").stat().st_mtime_ns != before
    assert not (tmp_path / "step3").exists()
