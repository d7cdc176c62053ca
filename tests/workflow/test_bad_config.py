"""A config file that no study can have stops Snakemake with one sentence, before any job."""

import subprocess
from pathlib import Path

import pytest
import yaml
from tiny_study import Clone, new_clone, tiny_config

pytestmark = pytest.mark.long

TEXT = yaml.safe_dump(tiny_config(), sort_keys=False)
BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i} {{x: *a{i - 1}, y: *a{i - 1}, z: *a{i - 1}}}\n" for i in range(1, 30)
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return new_clone(tmp_path_factory.mktemp("bad-config") / "study")


def told(clone: Clone, config: bytes | str, *arguments: str) -> str:
    content = config if isinstance(config, bytes) else config.encode()
    (clone.folder / "config.yaml").write_bytes(content)
    done: subprocess.CompletedProcess[str] = clone.snakemake("--dry-run", *arguments)
    output = done.stdout + done.stderr
    assert done.returncode != 0, output
    assert "Traceback" not in output
    assert not (clone.folder / "results").exists()
    return output


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (f"{TEXT}\nseeds: [5]\n", ": found the key seeds, which stands in line "),
        (f"{TEXT}\npathvars: 3\n", ": found the key pathvars, which Snakemake gives"),
        (
            "windows: " + "[" * 3000 + "]" * 3000,
            "config.yaml cannot be read: it is nested too deeply.",
        ),
        (bytes(range(128, 256)), "config.yaml cannot be read: 'utf-8' codec can't decode"),
        (BOMB, "found more than 100000 values or 30 levels"),
        (TEXT.replace("per_seed: 4", "per_seed: 1" + "0" * 12), "windows.per_seed: found 1000"),
        (f"{TEXT}\nresults: resources\n", "results: found 'resources', a folder of the workflow"),
    ],
)
def test_the_study_s_own_file(clone, config, sentence):
    assert sentence in told(clone, config)


def test_a_template_in_the_study_s_own_file_is_refused_before_it_runs(clone):
    code = "results: ?__import__('pathlib').Path('ran').touch() or 'results'\n"
    output = told(clone, f"__use_yte__: true\n{TEXT}{code}")
    assert "line 1: found the key __use_yte__" in output
    assert not (clone.folder / "ran").exists()


@pytest.mark.parametrize(
    ("overlay", "sentence"),
    [
        ("seeds: [5]\nseeds: [6]\n", "line 2: found the key seeds, which stands in line 1"),
        ("__use_yte__: true\nseeds: [5]\n", "line 1: found the key __use_yte__"),
        ("results: inputs\n", "results: found 'inputs', but the source tiny-files is"),
    ],
)
def test_a_file_that_is_laid_over_it(clone, overlay, sentence):
    (clone.folder / "mine.yaml").write_text(overlay)
    assert sentence in told(clone, TEXT, "--configfile", "mine.yaml")


def test_a_file_of_studies_without_results_of_its_own(clone):
    Path(clone.folder, "studies").mkdir(exist_ok=True)
    Path(clone.folder, "studies/mine.yaml").write_text("seeds: [5]\n")
    output = told(clone, TEXT, "--configfile", "studies/mine.yaml")
    assert "results: found 'results', but the study config.yaml has 'results'" in output


def test_the_folder_of_another_study(clone):
    Path(clone.folder, "studies").mkdir(exist_ok=True)
    Path(clone.folder, "studies/other.yaml").write_text("results: elsewhere\n")
    Path(clone.folder, "studies/broken.yaml").write_text("results: [\n")
    output = told(clone, f"{TEXT}\nresults: elsewhere/figures\n")
    assert "results: found 'elsewhere/figures', but the study studies/other.yaml has" in output
