"""A study whose results lie in a bucket: nothing runs again, and what was deleted is made again."""

import shutil
from collections import Counter
from pathlib import Path

import boto3
import pytest
from tiny_study import Clone

WINDOWS = "results/windows/tiny/first/intact/seed0.parquet"
INFLUENCE = "results/influence/tiny/trained/first/intact/seed0.parquet"


@pytest.mark.long
def test_results_in_a_bucket(finished_study: Clone, fresh: Clone, s3: str, tmp_path: Path):
    fresh.configure(arms=fresh.config()["arms"][:1])
    bucket = boto3.resource("s3", endpoint_url=s3).Bucket("studies")
    place = ("--default-storage-provider", "s3", "--default-storage-prefix", "s3://studies/tiny")
    place += ("--storage-s3-endpoint-url", s3)

    def stored() -> dict[str, bytes]:
        """What lies in the bucket, by its path on a disk."""
        return {
            each.key.removeprefix("tiny/"): each.get()["Body"].read()
            for each in bucket.objects.filter(Prefix="tiny/results/")
        }

    fresh.run(*place)
    assert fresh.outputs() == {}
    first = stored()
    on_disk = finished_study.outputs()
    of_arm = [path for path in first if "/first/" in path]
    assert {WINDOWS, INFLUENCE} < set(of_arm)
    assert {path: first[path] for path in of_arm} == {path: on_disk[path] for path in of_arm}
    assert fresh.plan(*place) == Counter()

    bucket.Object(f"tiny/{INFLUENCE}").delete()
    planned = fresh.plan(*place)
    assert (planned["draw_windows"], planned["measure_influence"]) == (0, 1)
    fresh.run(*place)
    assert stored() == first
    assert fresh.plan(*place) == Counter()

    # The records tell what no date does; a missing object is known by what it would be made from.
    fresh.configure(decay__bootstrap__resamples=21)
    planned = fresh.plan(*place)
    assert (planned["measure_influence"], planned["fit_decay"]) == (0, 2)

    # Another folder has no records of what lies there.
    shutil.copytree(fresh.folder, tmp_path / "other", ignore=shutil.ignore_patterns(".snakemake"))
    refused = Clone(tmp_path / "other").snakemake("--dry-run", *place)
    assert refused.returncode != 0
    assert "s3://studies/tiny holds results of another folder" in refused.stdout + refused.stderr
