"""Whatever fails, no finished result is lost and none passes that is not what it should be."""

import hashlib
import os
import shutil
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from versioned_study import RECORD, REGISTER, Versioned

FIGURE = "results/figures/exponents.png"


def damage(copy: Path) -> None:
    """Change bytes behind DVC's back, its protection kept."""
    mode = copy.stat().st_mode
    copy.chmod(0o644)
    copy.write_bytes(copy.read_bytes()[:-1] + b"?")
    copy.chmod(mode)


@pytest.mark.parametrize("loss", ["one copy", "the cache", "a folder's list"])
def test_a_lost_cache_is_filled_again_from_the_results(study: Versioned, loss: str):
    before = study.outputs()
    if loss == "one copy":
        study.cached(FIGURE).unlink()
    elif loss == "the cache":
        shutil.rmtree(study.folder / ".dvc/cache")
    else:
        for listing in (study.folder / ".dvc/cache").rglob("*.dir"):
            damage(listing)
    study.succeeds(*RECORD)
    assert study.stale() == {}
    assert study.outputs() == before
    shutil.rmtree(study.folder / "results")
    study.succeeds("git", "checkout", "results/metrics.json")
    study.succeeds("dvc", "checkout")
    assert study.outputs() == before


def test_a_damaged_copy_in_the_cache_is_replaced_by_the_result(study: Versioned):
    damage(study.cached(FIGURE))
    assert "Replacing 1 damaged or missing files in DVC's cache." in study.succeeds(*RECORD)
    whole = (study.folder / FIGURE).read_bytes()
    assert study.cached(FIGURE).read_bytes() == whole


def test_a_damaged_copy_that_was_checked_out_is_found_and_pulled_anew(study: Versioned):
    study.succeeds("dvc", "push")
    whole = (study.folder / FIGURE).read_bytes()
    damage(study.cached(FIGURE))
    (study.folder / FIGURE).unlink()
    study.succeeds("dvc", "checkout")
    assert (study.folder / FIGURE).read_bytes() != whole
    assert study.stale() == {}  # DVC trusts its cache, so register has to look
    words = study.fails(*REGISTER)
    assert f"Damaged, and therefore removed: {FIGURE}. Run `dvc pull`" in words
    study.succeeds("dvc", "pull")
    assert (study.folder / FIGURE).read_bytes() == whole


def test_what_is_damaged_in_the_remote_is_not_taken(study: Versioned):
    study.succeeds("dvc", "push")
    remote = study.folder.parent / "token-influence-versions"
    damage(remote / study.cached(FIGURE).relative_to(study.folder / ".dvc/cache"))
    colleague = study.clone("colleague")
    colleague.fails("dvc", "pull")
    assert not (colleague.folder / FIGURE).exists()
    assert colleague.stale() != {}
    assert "run `dvc pull`" in colleague.fails(*REGISTER)


def test_an_unreachable_remote_loses_nothing(study: Versioned):
    before = study.outputs()
    study.succeeds("dvc", "remote", "add", "--local", "away", "/proc/nowhere")
    study.fails("dvc", "push", "--remote=away")
    colleague = study.clone("colleague")
    assert "neither locally nor on remote" in colleague.fails("dvc", "pull")
    assert "run `dvc pull`" in colleague.fails(*REGISTER)
    assert study.outputs() == before
    assert study.stale() == {}


def test_an_interrupted_push_is_completed_by_the_next(study: Versioned):
    for k in range(1500):
        (study.folder / f"results/figures/{k}.txt").write_text(f"{k}\n" * 1000)
    study.succeeds("dvc", "commit", "--force", "study")
    remote = study.folder.parent / "token-influence-versions"
    push = study.start("dvc", "push", "--jobs=1", start_new_session=True)
    while not any(file.is_file() for file in remote.rglob("*")):
        assert push.poll() is None
        time.sleep(0.001)
    os.killpg(push.pid, signal.SIGKILL)
    push.wait()
    assert study.stale() == {}
    study.succeeds("git", "commit", "--all", "--quiet", "--message=More figures")
    colleague = study.clone("colleague")
    assert "neither locally nor on remote" in colleague.fails("dvc", "pull")
    study.succeeds("dvc", "push")
    for file in remote.rglob("*"):
        if file.is_file() and len(file.name.removesuffix(".dir")) == 30:
            name = file.parent.name + file.name.removesuffix(".dir")
            assert hashlib.md5(file.read_bytes()).hexdigest() == name
    colleague.succeeds("dvc", "pull")
    assert colleague.outputs() == study.outputs()


@pytest.mark.long
def test_a_killed_repro_loses_nothing_that_was_finished(study: Versioned):
    study.configure(decay__bootstrap__resamples=30)
    fits = {path: path.stat().st_mtime_ns for path in study.folder.rglob("results/decay/**/*.json")}
    process = study.start("dvc", "repro", start_new_session=True)
    while all(path.exists() and path.stat().st_mtime_ns == at for path, at in fits.items()):
        assert process.poll() is None
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert "config.yaml" in study.succeeds("dvc", "status")
    study.fails(*RECORD)
    study.run("--unlock")
    assert study.plan()["measure_influence"] == 0
    study.run()
    study.succeeds(*RECORD)
    assert study.stale() == {}
    assert study.plan() == Counter()
