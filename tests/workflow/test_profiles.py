"""Profiles for clusters run jobs for the reasons of the default one, and plan what it plans."""

import re
from typing import Any

import pytest
import yaml
from tiny_study import REPOSITORY, Clone

CLUSTERS = ("slurm", "kubernetes")
ONE_MACHINE = {"resources"}  # of the default profile: one job at a time uses the GPU


def profile(name: str) -> dict[str, Any]:
    return yaml.safe_load((REPOSITORY / f"profiles/{name}/config.yaml").read_text())


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_cluster_s_profile_has_the_keys_of_the_default_one(name: str):
    default, cluster = profile("default"), profile(name)
    assert {key: cluster.get(key) for key in default.keys() - ONE_MACHINE} == {
        key: default[key] for key in default.keys() - ONE_MACHINE
    }
    assert cluster["executor"] == name
    assert cluster["retries"] > 0


@pytest.mark.long
@pytest.mark.parametrize("name", CLUSTERS)
def test_a_cluster_s_profile_plans_nothing_else(study: Clone, name: str):
    (study.folder / "results/metrics.json").unlink()
    here = study.folder / f"profiles/{name}/config.yaml"
    # The plugin for Kubernetes is not installed, so its own keys are left out.
    own = {"executor", "container-image", "kubernetes-persistent-volumes"}
    keys = profile(name)
    if name == "kubernetes":
        keys = {key: value for key, value in keys.items() if key not in own}
    here.write_text(yaml.safe_dump(keys))
    planned = study.plan("--workflow-profile", f"profiles/{name}")
    assert planned["summarise_metrics"] == 1
    assert planned["measure_influence"] == 0


def test_what_the_image_copies_exists():
    copied = re.findall(
        r"^COPY (?:--\S+ )?(.*) \S+$", (REPOSITORY / "Dockerfile").read_text(), re.M
    )
    names = [name for line in copied for name in line.split()]
    assert "requirements.lock" in names
    assert [name for name in names if not (REPOSITORY / name).exists()] == []
