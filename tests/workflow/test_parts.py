"""Measuring in parts: which jobs, the same bytes, and nothing again once they are merged."""

import shutil
from collections import Counter

import pytest
from tiny_study import Clone

ARM = "tiny/trained/first/intact"
MERGED = [f"results/{name}/{ARM}/seed0.parquet" for name in ("influence", "predictions")]


def test_each_part_is_a_job_with_a_file_of_its_own(fresh: Clone):
    fresh.configure(influence__windows_per_job=3)  # of 4 windows
    planned, outputs = fresh.plan_with_outputs("influence")
    assert (planned["measure_influence"], planned["merge_influence"]) == (8, 4)
    parts = {path for path in outputs if path.startswith("results/parts/") and ARM in path}
    assert parts == {
        f"results/parts/{name}/{ARM}/seed0/{span}.parquet"
        for name in ("influence", "predictions")
        for span in ("0-2", "3-3")
    }
    assert outputs.issuperset(MERGED)


@pytest.mark.long
def test_parts_give_the_bytes_of_one_job_and_may_be_deleted(study: Clone):
    before = [(study.folder / file).read_bytes() for file in MERGED]
    study.configure(influence__windows_per_job=2)
    study.run("--", *MERGED)
    assert [(study.folder / file).read_bytes() for file in MERGED] == before
    shutil.rmtree(study.folder / "results/parts")
    # What follows is as it was: the merged files have their old content.
    profile = f"results/profiles/{ARM}/true_logit.parquet"
    assert study.plan("--", *MERGED, profile) == Counter()
