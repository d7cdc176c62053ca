"""Results have a folder of their own."""

import copy
import subprocess

import pytest
import yaml
from snakemake.utils import update_config
from tiny_study import REPOSITORY

from token_influence.config import Study, check_results, load_study, read_config
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
