"""The script of the rule `check_precision`, run as Snakemake runs it, on a tiny model."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from measuring_jobs import measuring_job

from token_influence.config.influence import Influence
from token_influence.files import read_json
from token_influence.influence import speed

SCRIPT = Path(__file__).parents[2] / "scripts/check_precision.py"
LOOSE = {"windows": 3, "profile": 0.5, "exponent": 6.0}


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What Snakemake gives to the script, with four windows and nothing configured."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(SCRIPT.parent)
    return measuring_job("check_precision", ["precision.json"], {})


def run(job: SimpleNamespace, slow: bool | None = True, **precision: Any) -> None:
    """Run the script with these bounds, on any kind of processor if `slow` is true."""
    section = Influence.model_validate(
        {
            **{"device": "cpu", "dtype": "bfloat16", "slow_bfloat16": slow},
            "precision": LOOSE | precision,
        }
    )
    job.params.influence.update(section.model_dump(mode="json", exclude_none=True))
    runpy.run_path(str(SCRIPT), init_globals={"snakemake": job})


def test_bfloat16_is_checked_and_what_was_found_is_kept(job: SimpleNamespace) -> None:
    run(job)
    first = Path("log.txt").read_text().splitlines()[0]
    assert first.startswith("true_logit against float32: the median profile is off by 0.0")
    (record,) = read_json("precision.json")
    assert record["objective"] == "true_logit"
    assert 1e-5 < record["profile_error"] < 0.5


def test_bfloat16_that_is_too_far_off_is_refused(job: SimpleNamespace, capsys) -> None:
    with pytest.raises(SystemExit):
        run(job, profile=1e-6)
    sentence = capsys.readouterr().err
    assert "check_precision: torch.bfloat16 does not measure true_logit" in sentence
    assert not Path("precision.json").exists()


def test_a_slower_type_is_refused_unless_it_is_wanted(
    job: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(
        speed, "seconds_of_product", lambda dtype, _: {"bfloat16": 4.0}.get(dtype, 1.0)
    )
    with pytest.raises(SystemExit):
        run(job, slow=None)
    sentence = capsys.readouterr().err
    assert "takes 4.0 times as long as in float32 on this device (cpu)" in sentence
    assert "set influence.slow_bfloat16: true." in sentence
    run(job)
    assert Path("precision.json").exists()
