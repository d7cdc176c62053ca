"""The routes by which a newcomer installs the project."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from tiny_study import REPOSITORY, Clone


def pins() -> dict[str, str]:
    lines = (REPOSITORY / "requirements.lock").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_every_requirement_is_pinned_and_the_lock_names_no_place():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(name for extra in extras for name in extra)]

    def plain(requirement: str) -> str:
        return re.split(r"[\[<>=~! ]", requirement)[0].lower().replace("_", "-")

    assert {plain(name) for name in wanted} <= {plain(name) for name in pins()}
    text = (REPOSITORY / "requirements.lock").read_text()
    assert "://" not in text
    assert "+" not in text
    assert "@" not in text


def test_every_conda_environment_installs_what_pip_installs():
    for path in sorted((REPOSITORY / "envs").glob("*.yaml")):
        environment = yaml.safe_load(path.read_text())
        assert environment.keys() == {"channels", "dependencies"}
        assert environment["channels"][-1] == "nodefaults"
        *conda, pip = environment["dependencies"]
        assert conda == ["python =3.11", "pip"]
        assert pip == {"pip": ["-c ../requirements.lock", "-e ..[pipeline]"]}


def test_every_rule_with_a_script_has_its_environment_and_its_name():
    for path in (REPOSITORY / "rules").glob("*.smk"):
        for rule in re.split(r"^rule ", path.read_text(), flags=re.MULTILINE)[1:]:
            if "input:" in rule and "output:" not in rule:
                continue  # a target, which only collects
            name = rule.partition(":")[0]
            assert f'"../scripts/{name}.py"' in rule
            assert '"../envs/token_influence.yaml"' in rule
            assert (REPOSITORY / f"scripts/{name}.py").exists()


@pytest.mark.long
def test_the_bare_package_measures_and_its_extra_runs_studies(fresh: Clone, tmp_path: Path):
    """A wheel in an empty environment, then the plain route of the README; needs a package index."""
    for name in ("pyproject.toml", "requirements.lock", "README.md", "LICENSE"):
        (fresh.folder / name).write_bytes((REPOSITORY / name).read_bytes())
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    binaries, inputs = tmp_path / "venv/bin", fresh.folder / "inputs"

    def run(*command: str | Path) -> None:
        done = subprocess.run(
            command, cwd=fresh.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def install(*what: str | Path) -> None:
        run(binaries / "pip", "install", "--quiet", "-c", "requirements.lock", *what)

    run(sys.executable, "-m", "venv", tmp_path / "venv")
    run(binaries / "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path / "wheels", ".")
    install(*(tmp_path / "wheels").iterdir())
    assert not (binaries / "snakemake").exists()
    assert not (binaries / "dvc").exists()
    measure = ("measure", "--model", inputs / "model", "--text", inputs / "first.txt")
    small = ("--windows", "4", "--length", "48", "--positions", "2", "--device", "cpu")
    run(binaries / "token-influence", *measure, *small, "--out", tmp_path / "measured")
    assert (tmp_path / "measured/profile-true_logit.png").exists()

    install("-e", ".[pipeline]")
    run(binaries / "snakemake", "--cores", "2", "decay")
    assert list((fresh.folder / "results/decay").rglob("*.json"))
