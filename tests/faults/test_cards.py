"""A run that uses a GPU takes one that no other run holds, and jobs use it one after the other."""

import os
from pathlib import Path

import pytest
from tiny_study import Clone

pytestmark = pytest.mark.faults

TARGET = "results/influence/tiny/trained/first/intact/seed0.parquet"


def test_a_run_leases_a_card_and_refuses_to_share_it(study: Clone, tmp_path: Path, monkeypatch):
    nvidia_smi = tmp_path / "bin/nvidia-smi"
    nvidia_smi.parent.mkdir()
    nvidia_smi.write_text("#!/bin/sh\necho GPU-a\n")
    nvidia_smi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{nvidia_smi.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    study.configure(influence__device="auto")
    refused = study.snakemake("--cores", "2", "--resources", "gpu=2", "--", TARGET)
    assert refused.returncode != 0
    words = " ".join((refused.stdout + refused.stderr).split())
    assert "On one machine, jobs use one GPU after the other" in words
    study.run("--", TARGET)
    assert (tmp_path / "token-influence-cards/GPU-a.lock").exists()
