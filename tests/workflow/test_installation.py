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
        assert pip == {"pip": ["-c ../requirements.lock", "-e .."]}


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
def test_the_plain_route_from_a_clean_clone(fresh: Clone, tmp_path: Path):
    """`pip install -c requirements.lock -e .`, then `snakemake`; needs a package index."""
    for name in ("pyproject.toml", "requirements.lock", "README.md", "LICENSE"):
        (fresh.folder / name).write_bytes((REPOSITORY / name).read_bytes())
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}

    def run(*command: str) -> None:
        done = subprocess.run(
            command, cwd=fresh.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run(sys.executable, "-m", "venv", str(tmp_path / "venv"))
    binaries = tmp_path / "venv/bin"
    run(str(binaries / "pip"), "install", "--quiet", "-c", "requirements.lock", "-e", ".")
    run(str(binaries / "snakemake"), "--cores", "2", "decay")
    assert list((fresh.folder / "results/decay").rglob("*.json"))
