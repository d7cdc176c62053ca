"""Results have a folder of their own, and local sources hold files."""

import copy
import subprocess

import pytest
import yaml
from snakemake.utils import update_config
from tiny_study import REPOSITORY

from token_influence.config import (
    Study,
    check_local_sources,
    check_results,
    load_study,
    read_config,
    results_of_other_studies,
)
from token_influence.config.places import RESERVED
from token_influence.errors import ConfigError

DEFAULT = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
OTHERS = {"config.yaml": "results", "studies/paper.yaml": "results/studies/paper"}


def study(results: str, local: str = "texts/novel.txt") -> Study:
    raw = copy.deepcopy(DEFAULT)
    raw["sources"]["mine"] = {"local": local, "licence": "own"}
    return load_study(raw | {"results": results})


@pytest.mark.parametrize(
    "results",
    [
        *(
            "resources",
            "resources/sources/smollm2",
            "Resources",
            "token_influence",
            "docs",
            "rules",
        ),
        *(
            "studies/x.yaml",
            "logs",
            "tests/x",
            ".",
            "..",
            ".git",
            "../elsewhere",
            "results/../rules",
        ),
        *("/tmp/x", "results/", "results//x", "", "a\0b", "results/.git"),
    ],
)
def test_a_place_of_the_workflow_or_beyond_it_is_refused(results):
    with pytest.raises(ConfigError, match=r"^results: found '.*allowed is a folder"):
        study(results)


def test_the_workflows_folders_are_known():
    listing = subprocess.run(
        ["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("not a git clone")
    folders = {line.partition("/")[0] for line in listing.stdout.splitlines() if "/" in line}
    hidden = {folder for folder in folders if folder.startswith(".")}
    assert folders - hidden - {"results"} == RESERVED - {"resources", "logs"}


@pytest.mark.parametrize(
    ("results", "part"),
    [
        ("results", "the study config.yaml has 'results'"),
        ("results/figures", "the study config.yaml has 'results'"),
        ("results/studies", "the study config.yaml has 'results'"),
        ("results/studies/paper", "the study studies/paper.yaml has"),
        ("results/studies/paper/figures", "the study studies/paper.yaml has"),
        ("texts", "the source mine is 'texts/novel.txt'"),
    ],
)
def test_two_studies_or_a_study_and_a_source_share_no_folder(tmp_path, results, part):
    with pytest.raises(ConfigError, match=f"^results: found '{results}', but {part}"):
        check_results(study(results), OTHERS, tmp_path)


@pytest.mark.parametrize("local", ["results/novel.txt", ".", "results", "/"])
def test_a_local_source_holds_no_results_and_lies_in_none(tmp_path, local):
    with pytest.raises(ConfigError, match="but the source mine is"):
        check_results(study("results", local), {}, tmp_path)


def test_every_study_that_comes_along_is_valid_and_has_a_folder_of_its_own(tmp_path):
    files = sorted((REPOSITORY / "studies").glob("*.yaml"))
    folders = {file: read_config(file)["results"] for file in files}
    assert len(files) >= 5
    for file in files:
        raw = copy.deepcopy(DEFAULT)
        update_config(raw, read_config(file))
        others = {str(other): folder for other, folder in folders.items() if other != file}
        check_results(load_study(raw), others | {"config.yaml": "results"}, tmp_path)
    check_results(load_study(DEFAULT), {str(file): folders[file] for file in files}, tmp_path)


def test_a_folder_of_its_own_is_taken(tmp_path):
    for results in ("results/studies/mine", "mine", "mine/results"):
        check_results(study(results), OTHERS, tmp_path)
    (tmp_path / "results").mkdir()
    (tmp_path / "results/metrics.json").touch()  # which git keeps
    check_results(study("results"), {"studies/paper.yaml": "results/studies/paper"}, tmp_path)


def test_a_link_counts_as_the_place_that_it_leads_to(tmp_path):
    root, disk = tmp_path / "clone", tmp_path / "disk"
    for folder in (root / "rules", root / ".git", root / "texts", disk):
        folder.mkdir(parents=True)
    link = root / "results"
    for target in (".", "rules", "rules/deeper", ".git", "texts", "..", "/"):
        link.symlink_to(target)
        with pytest.raises(ConfigError, match=r"^results: found 'results', "):
            check_results(study("results"), {}, root)
        link.unlink()
    link.symlink_to("results")
    with pytest.raises(ConfigError, match="cannot be read"):
        check_results(study("results"), {}, root)
    link.unlink()
    link.symlink_to(disk)
    check_results(study("results"), {}, root)


def test_a_file_or_a_folder_with_other_things_is_refused(tmp_path):
    (tmp_path / "photos").mkdir()
    check_results(study("photos"), {}, tmp_path)
    (tmp_path / "photos/one.jpg").touch()
    with pytest.raises(ConfigError, match="'photos', which holds other things than results"):
        check_results(study("photos"), {}, tmp_path)
    for results in ("photos/one.jpg", "photos/one.jpg/x"):
        with pytest.raises(ConfigError, match="is a file"):
            check_results(study(results), {}, tmp_path)


def test_the_folders_of_other_studies_are_read_from_their_files(tmp_path):
    (tmp_path / "studies").mkdir()
    (tmp_path / "config.yaml").write_text("seeds: [0]\n")
    (tmp_path / "studies/first.yaml").write_text("results: elsewhere\n")
    (tmp_path / "studies/broken.yaml").write_text("results: [\n")
    (tmp_path / "studies/without.yaml").write_text("seeds: [1]\n")
    (tmp_path / "studies/wrong.yaml").write_text("results: 3\n")
    first, config = "studies/first.yaml", "config.yaml"
    assert results_of_other_studies(tmp_path, tmp_path / config) == {first: "elsewhere"}
    assert results_of_other_studies(tmp_path, tmp_path / first) == {config: "results"}
    # A file elsewhere changes the study of config.yaml.
    assert results_of_other_studies(tmp_path, tmp_path / "mine.yaml") == {first: "elsewhere"}
    (tmp_path / config).unlink()
    assert results_of_other_studies(tmp_path, tmp_path / first) == {}


def local_study() -> dict:
    raw = copy.deepcopy(DEFAULT)
    raw["models"]["mine"] = {"local": "model"}
    raw["corpora"] |= {
        "novel": {"local": "novel.txt"},
        "poems": {"reader": "text", "sources": ["verse"]},
    }
    raw["sources"] |= {name: {"local": name, "licence": "own"} for name in ("verse", "unused")}
    raw["arms"] = [raw["arms"][0] | {"models": ["mine"], "corpora": ["novel", "poems"]}]
    return raw


def test_a_local_source_that_an_arm_needs_holds_a_file(tmp_path):
    raw = local_study()
    checked = load_study(raw)
    (tmp_path / "novel.txt").write_text("text")
    for name in ("verse", "model"):
        (tmp_path / name / "below").mkdir(parents=True)
        (tmp_path / name / "below/file").write_text("text")
    check_local_sources(checked, raw, tmp_path)


@pytest.mark.parametrize(
    ("missing", "key"),
    [
        ("novel.txt", "corpora.novel.local"),
        ("verse", "sources.verse.local"),
        ("model", "models.mine.local"),
    ],
)
@pytest.mark.parametrize("empty", [False, True])
def test_a_local_source_without_a_file_is_named_by_its_key(tmp_path, missing, key, empty):
    raw = local_study()
    for name in {"novel.txt", "verse", "model"} - {missing}:
        (tmp_path / name).write_text("text")
    if empty:
        (tmp_path / missing).mkdir()
    with pytest.raises(ConfigError, match=rf"^{key}: found '{missing}', where there is no file"):
        check_local_sources(load_study(raw), raw, tmp_path)
