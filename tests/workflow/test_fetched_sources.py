"""Sources from a hub and sources under terms, in the whole workflow."""

from pathlib import Path

import pytest
import yaml
from hub_server import MAIN, STEP, Hub, Repo
from tiny_study import Clone, new_clone, outputs_of_plan, write_model

from token_influence.files import read_json


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return new_clone(tmp_path / "study")


@pytest.fixture
def hub(hub: Hub, clone: Clone, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub with the tiny model at two revisions and a gated data set of texts."""
    write_model(clone.folder / "step", seed=1)
    model = {path.name: path.read_bytes() for path in (clone.folder / "inputs/model").iterdir()}
    earlier = {path.name: path.read_bytes() for path in (clone.folder / "step").iterdir()}
    text = (clone.folder / "inputs/first.txt").read_text().replace("\n", " ")
    rows = "".join(f'{{"text": "{text}"}}\n' for _ in range(2)).encode()
    commits = {MAIN: model | {"own.py": b"raise SystemExit"}, STEP: earlier}
    hub.repos["models/own/tiny"] = Repo(commits, {"main": MAIN, "step1000": STEP})
    hub.repos["datasets/own/rows"] = Repo({MAIN: {"a.jsonl": rows}}, {"main": MAIN})
    hub.repos["datasets/own/rows"].gated = True
    hub.repos["datasets/own/rows"].token = "hf_secret"
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    return hub


def use_the_hub(clone: Clone) -> None:
    config = clone.config()
    rows = {"repo": "own/rows", "revision": "main", "type": "dataset", "files": ["*.jsonl"]}
    config["sources"] = {
        "tiny-files": {"hub": {"repo": "own/tiny", "revision": "main"}, "licence": "own"},
        "rows": {"hub": rows, "licence": "own"},
    }
    config["corpora"] = {"first": {"reader": "dataset", "sources": ["rows"]}}
    arm = {"models": ["tiny"], "corpora": ["first"], "orders": ["intact"]}
    config["arms"] = [arm | {"weights": ["trained", "step1000"], "objectives": ["true_logit"]}]
    (clone.folder / "config.yaml").write_text(yaml.safe_dump(config))


@pytest.mark.long
def test_only_the_fetching_job_asks_the_hub_and_no_file_holds_the_token(clone: Clone, hub: Hub):
    use_the_hub(clone)
    names = ("tiny-files", "tiny-files@step1000", "rows")
    manifests = [f"resources/sources/{name}/manifest.json" for name in names]
    told = clone.run("--", *manifests)
    commits = [read_json(clone.folder / manifest)["commit"] for manifest in manifests]
    assert commits == [MAIN, STEP, MAIN]
    hub.requests.clear()

    told += clone.run("--", "results/windows/tiny/first/intact/seed0.parquet", "models")
    assert not hub.requests
    models = clone.folder / "resources/models/tiny"
    trained, step = (read_json(models / w / "manifest.json") for w in ("trained", "step1000"))
    assert trained["revision"] == f"own/tiny {MAIN}"
    assert step["revision"] == f"own/tiny {STEP}"
    weights = "model.safetensors"
    assert trained["files"][weights] != step["files"][weights]

    assert "hf_secret" not in told
    files = [path for path in clone.folder.rglob("*") if path.is_file()]
    assert any("logs" in path.parts for path in files)
    assert not [path for path in files if b"hf_secret" in path.read_bytes()]


@pytest.mark.long
def test_a_job_brings_back_lost_files_from_the_recorded_commit(clone: Clone, hub: Hub):
    use_the_hub(clone)
    clone.run("--", "resources/models/tiny/trained/manifest.json", "corpora")
    hub.repos["models/own/tiny"].refs["main"] = STEP
    lost = clone.folder / "resources/sources/tiny-files/files/tokenizer.json"
    whole = lost.read_bytes()
    lost.unlink()
    hub.requests.clear()
    clone.run("--", "results/windows/tiny/first/intact/seed0.parquet")
    assert lost.read_bytes() == whole
    assert all(f"/resolve/{MAIN}/" in path for path in hub.requests)


def test_what_needs_terms_is_left_out_until_they_are_accepted(clone: Clone):
    clone.configure(**{"sources__second-text__terms": "https://host/terms"})
    done = clone.snakemake("--dry-run")
    assert done.returncode == 0, done.stderr
    line = "Left out: the arms (1) that need the source second-text, whose terms are not accepted."
    assert done.stderr.count(line) == 1
    assert "https://host/terms" in done.stderr
    assert not [path for path in outputs_of_plan(done.stdout + done.stderr) if "second" in path]
    clone.configure(accept_terms=["second-text"])
    done = clone.snakemake("--dry-run")
    assert "Left out" not in done.stderr
    assert [path for path in outputs_of_plan(done.stdout + done.stderr) if "second" in path]
