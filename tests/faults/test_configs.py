"""Studies that hypothesis makes, through Snakemake: one sentence, or a plan."""

import any_study
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from tiny_study import Clone, tiny_config

pytestmark = [pytest.mark.faults, pytest.mark.long]

TWENTY = settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def put(clone: Clone, raw: any_study.Raw) -> None:
    (clone.folder / "config.yaml").write_text(yaml.safe_dump(raw, sort_keys=False))


def test_wrong_studies_stop_before_any_job(fresh: Clone):
    @TWENTY
    @given(any_study.broken(tiny_config()))
    def refused(case: tuple[any_study.Raw, any_study.Path]) -> None:
        put(fresh, case[0])
        done = fresh.snakemake("--dry-run")
        words = done.stdout + done.stderr
        assert done.returncode != 0
        assert "The study's configuration is not valid." in words
        assert "Traceback" not in words

    refused()


def test_studies_within_the_bounds_are_planned(fresh: Clone):
    @TWENTY
    @given(any_study.valid(tiny_config()))
    def planned(raw: any_study.Raw) -> None:
        put(fresh, raw)
        jobs = fresh.plan()
        assert jobs["measure_influence"] == 4 * len(raw["seeds"])

    planned()
