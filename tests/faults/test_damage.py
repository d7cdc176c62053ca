"""Damaged, missing and foreign results are found when a run is planned, and are made again."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_study import Clone

pytestmark = pytest.mark.faults

ARM = "tiny/trained/first/intact"
SHUFFLED = "tiny/trained/first/shuffled"


def cut(path: Path) -> None:
    """Keep the first half of a file."""
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    """Change one bit in the middle of a file, and keep its date."""
    content, dates = bytearray(path.read_bytes()), path.stat()
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(dates.st_atime_ns, dates.st_mtime_ns))


def record_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.record")


def replace_with_another_arm_s(path: Path) -> None:
    """Put the file of another order there, with the record that belongs to it."""
    other = Path(str(path).replace("/shuffled/", "/intact/"))
    shutil.copy2(other, path)
    shutil.copy2(record_of(other), record_of(path))


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    f"results/influence/{ARM}/seed0.parquet": (cut, "measure_influence"),
    f"results/profiles/{ARM}/true_logit.parquet": (flip, "aggregate_profiles"),
    f"results/decay/{ARM}/true_logit.json": (Path.unlink, "fit_decay"),
    f"results/predictions/{SHUFFLED}/seed0.parquet": (
        replace_with_another_arm_s,
        "measure_influence",
    ),
    "results/tables/decay.csv": (cut, "build_tables"),
}


def test_every_damage_is_noticed_named_and_mended(finished_study: Clone, study: Clone):
    for path, (damage, _) in DAMAGES.items():
        damage(study.folder / path)
    planned, outputs = study.plan_with_outputs()
    assert set(DAMAGES) <= outputs
    assert planned["measure_influence"] == 2
    assert {rule for _, rule in DAMAGES.values()} <= planned.keys()
    study.run()
    assert study.outputs() == finished_study.outputs()


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_was_set_changes_nothing(study: Clone, years: int):
    for name in ("results", "resources"):
        for path in (study.folder / name).rglob("*"):
            moved = path.stat().st_mtime + years * 31_557_600
            os.utime(path, (moved, moved))
    assert study.plan() == {}
