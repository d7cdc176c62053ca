"""The command line on a tiny model and text: results, exit codes, a sentence for every mistake."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
import torch
from hub_server import STEP, Hub, Repo
from safetensors.torch import load_file, save_file
from tiny_study import REPOSITORY, write_model, write_text

import token_influence
from token_influence.cli import main
from token_influence.config.arms import Objective
from token_influence.files import read_json
from token_influence.influence.objectives import OBJECTIVES
from token_influence.parquet import read_provenance
from token_influence.standalone import measurement, record

SMALL = [
    "--windows",
    "4",
    "--length",
    "48",
    "--positions",
    "2",
    "--device",
    "cpu",
    "--threads",
    "1",
]
ABSENT = "mps" if torch.cuda.is_available() else "cuda"
RESULTS = {
    "decay.json",
    "influence.parquet",
    "predictions.parquet",
    "profile-true_logit.png",
    "profile-true_logit.svg",
    "profile.parquet",
    "summary.json",
    "windows.parquet",
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    write_model(folder / "tiny")
    write_text(folder / "novel.txt", 1)
    return folder


@pytest.fixture
def here(inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a model `tiny` and a text `novel.txt` to change as a test likes."""
    shutil.copytree(inputs, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "here"


def measure(*more: str, text: str = "novel.txt", model: str = "tiny") -> int:
    return main(["measure", "--model", model, "--text", text, *SMALL, *more])


def files(folder: str | Path) -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


@pytest.mark.long
def test_as_a_process_it_prints_one_json_object_and_nothing_else(here: Path) -> None:
    command = ["measure", "--model", "tiny", "--text", "novel.txt", *SMALL, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "token_influence", *command],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told.pop("folder") == "influence-tiny"
    assert told == read_json("influence-tiny/summary.json")
    assert "model: tiny, LlamaForCausalLM" in done.stderr
    assert "memory: about " in done.stderr
    assert "4 of 4" in done.stderr
    assert files("influence-tiny") == RESULTS
    assert files(here) == {"tiny", "novel.txt", "influence-tiny"}


def test_what_is_printed_and_written(here: Path, capsys) -> None:
    assert measure("--objective", "fisher", "--objective", "true_logit", "--out", "a/b") == 0
    printed = capsys.readouterr()
    assert "fitted: r = 1..24\n" in printed.err
    assert "note: the windows are too short for r = 1..100" in printed.err
    output = printed.out
    told = read_json("a/b/summary.json")
    assert "true_logit, r = 1..24:" in output
    for found in told["objectives"].values():
        assert found["verdict"]["sentence"] in output
        assert found["range"] == "1..24"
    assert f"loss {told['loss']['mean']:.2f} ± {told['loss']['se']:.2f} nats per token" in output
    assert output.endswith("figure, tables and records: a/b\n")
    assert told["text"] == {
        "name": "novel",
        "files": ["novel.txt"],
        "documents": 1,
        "tokens": told["text"]["tokens"],
    }
    influence = pd.read_parquet("a/b/influence.parquet")
    assert set(influence["objective"]) == {"fisher", "true_logit"}
    assert "fisher_lambda1" in pd.read_parquet("a/b/predictions.parquet")
    assert Path("a/b/profile-fisher.svg").stat().st_size > 1000
    provenance = read_provenance("a/b/influence.parquet")
    assert provenance["machine"]["torch_threads"] == 1
    assert provenance["measured"]["length"] == 48
    assert provenance["versions"]["torch"]


def test_another_range_and_family_are_fitted_to_what_is_stored(here: Path, capsys) -> None:
    assert (
        measure("--name", "mine")
        == measure("--range", "2..20", "--name", "mine", "--out", "b")
        == 0
    )
    capsys.readouterr()
    assert main(["fit", "influence-mine", "--range", "2..20"]) == 0
    fitted = "influence-mine/fit-2..20"
    assert capsys.readouterr().out.endswith(f"figure and fits: {fitted}\n")
    assert files(fitted) == RESULTS - {
        "influence.parquet",
        "predictions.parquet",
        "windows.parquet",
    }
    assert read_json(f"{fitted}/summary.json") == read_json("b/summary.json")
    assert (
        read_json(f"{fitted}/decay.json")["objectives"] == read_json("b/decay.json")["objectives"]
    )
    assert main(["fit", "b", "--range", "full", "--family", "logarithmic", "--out", "c"]) == 0
    found = read_json("c/summary.json")["objectives"]["true_logit"]
    assert found["range"] == "1..24"
    assert set(found["families"]) == {"power_law", "exponential", "constant", "logarithmic"}


@pytest.mark.parametrize(
    ("folder", "label", "sentence"),
    [
        ("influence-tiny", "1..25", "range 1..25 does not lie within 0..24"),
        ("tiny", "full", "There is no measurement in tiny: influence.parquet is missing"),
    ],
)
def test_a_fit_that_cannot_be_done_is_one_sentence(here: Path, capsys, folder, label, sentence):
    assert measure() == 0
    before = sorted(here.rglob("*"))
    assert main(["fit", folder, "--range", label]) == 1
    assert sentence in capsys.readouterr().err.splitlines()[-1]
    assert sorted(here.rglob("*")) == before


def test_the_version_is_told(capsys) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"token-influence {token_influence.__version__}\n"


@pytest.mark.parametrize("module", ["config", "corpora", "provenance"])
def test_every_command_explains_itself_and_writes_nothing(here: Path, module) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"token_influence.{module}", "--help"],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"usage: python -m token_influence.{module} ")
    assert files(here) == {"tiny", "novel.txt"}


def test_equal_commands_write_equal_bytes(here: Path) -> None:
    assert measure("--out", "one") == measure("--out", "two") == 0
    for name in RESULTS:
        assert (here / "one" / name).read_bytes() == (here / "two" / name).read_bytes()


def test_shuffled_windows_hold_the_same_tokens_in_another_order(here: Path) -> None:
    assert measure("--out", "intact") == measure("--out", "shuffled", "--shuffled") == 0
    intact, shuffled = (
        pd.read_parquet(f"{name}/windows.parquet") for name in ("intact", "shuffled")
    )
    for before, after in zip(intact["token_ids"], shuffled["token_ids"], strict=True):
        assert list(before) != list(after)
        assert sorted(before) == sorted(after)


def test_a_repository_of_the_hub_is_fetched_once(here: Path, hub: Hub) -> None:
    """From a small hub on the loopback, over HTTP."""
    files = {path.name: path.read_bytes() for path in (here / "tiny").iterdir()}
    hub.repos["models/own/small"] = Repo({STEP: files}, {"step1000": STEP})
    assert measure("--out", "hub", model="own/small@step1000") == 0
    asked = sum(hub.requests.values())
    assert measure("--out", "again", model="own/small@step1000") == 0
    assert sum(hub.requests.values()) == asked
    assert measure("--out", "local") == 0
    assert_same_table("hub/influence.parquet", "local/influence.parquet")
    told = read_json("hub/summary.json")["model"]
    assert (told["name"], told["commit"]) == ("small", STEP)


def assert_same_table(one: str, other: str) -> None:
    assert pd.read_parquet(one).equals(pd.read_parquet(other))


def only_a_pickle(here: Path) -> None:
    (here / "tiny/model.safetensors").unlink()
    torch.save({}, here / "tiny/pytorch_model.bin")


def lacking_weights(here: Path) -> None:
    weights = load_file(here / "tiny/model.safetensors")
    kept = {name: weights[name] for name in sorted(weights)[9:]}
    save_file(kept, here / "tiny/model.safetensors", {"format": "pt"})


def no_weights(here: Path) -> None:
    (here / "tiny/model.safetensors").unlink()


def no_tokenizer(here: Path) -> None:
    for path in (here / "tiny").glob("tokenizer*"):
        path.unlink()


def no_config(here: Path) -> None:
    (here / "tiny/config.json").unlink()


def text_of(content: bytes):
    return lambda here: (here / "novel.txt").write_bytes(content)


def nothing(here: Path) -> None:
    pass


def occupied(here: Path) -> None:
    (here / "influence-tiny").mkdir()
    (here / "influence-tiny/summary.json").touch()


@pytest.mark.parametrize(
    ("prepare", "more", "sentence"),
    [
        (only_a_pickle, [], "The model in tiny has no safetensors, only pytorch_model.bin"),
        (lacking_weights, [], "The weights in tiny lack tensors that LlamaForCausalLM needs: 9, "),
        (no_weights, [], "The model in tiny has no safetensors, and no other weights"),
        (no_tokenizer, [], "The model in tiny has no tokenizer."),
        (no_config, [], "There is no model in tiny: its config.json is missing."),
        (text_of(b""), [], "The text file novel.txt is empty."),
        (text_of(b"a\0b"), [], "The text file novel.txt is binary"),
        (text_of("café".encode("latin-1")), [], "The text file novel.txt is not UTF-8 (byte 3"),
        (text_of(b"so few words"), [], "the text has 12 tokens, too few for a window of 48"),
        (text_of(b"so few words " * 10), [], "has room for "),
        (nothing, ["--model", "org"], "There is no file or folder org"),
        (nothing, ["--model", "novel.txt"], "novel.txt is a file, but no *.gguf"),
        (
            nothing,
            ["--text", "novel.txt", "novel.txt"],
            "novel.txt and novel.txt hold the same text",
        ),
        (
            nothing,
            ["--text", "caf\udce9.txt"],
            "The name of the text file caf\\udce9.txt is not UTF-8",
        ),
        (nothing, ["--text", "gone.txt"], "There is no *.txt file at gone.txt."),
        (nothing, ["--length", "65"], "length: found 65; allowed is at most 64"),
        (nothing, ["--min-position", "48"], "the lowest position: found 48; allowed is 1 to 47"),
        (nothing, ["--positions", "25"], "positions: found 25; allowed is 1 to 24"),
        (nothing, ["--range", "1..25"], "range 1..25 does not lie within 0..24"),
        (nothing, ["--range", "1..3"], "range 1..3 has 3 distances, too few"),
        (nothing, ["--device", ABSENT], f"The device '{ABSENT}' is not available"),
        (nothing, ["--out", "novel.txt"], "novel.txt is a file; name a folder"),
        (nothing, ["--out", "novel.txt/out"], "novel.txt/out can't be written: Not a directory."),
        (occupied, [], "The folder influence-tiny is not empty"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(
    here, capsys, prepare, more, sentence
) -> None:
    prepare(here)
    before = sorted(here.rglob("*"))
    assert measure(*more) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    last = printed.err.splitlines()[-1]
    assert last.startswith("token-influence: ")
    assert sentence in last
    assert "Traceback" not in printed.err
    assert sorted(here.rglob("*")) == before


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--objective", "logit"], "invalid choice: 'logit'"),
        (["--windows", "1"], "found '1'; allowed are whole numbers from 2"),
        (["--windows", "١٦"], "allowed are whole numbers from 2"),
        (["--windows", "1" + "0" * 20], "allowed are whole numbers from 2 to 999999999"),
        (["--range", "١..١٠٠"], "allowed is A..B"),
        (["--range", "1-100"], "allowed is A..B"),
        (["--name", "a/b"], "found 'a/b'; allowed are up to 80 letters"),
        (["--lenght", "5"], "unrecognized arguments: --lenght 5"),
    ],
)
def test_a_wrong_command_line_is_told_with_the_usage(here, capsys, more, sentence) -> None:
    with pytest.raises(SystemExit) as caught:
        measure(*more)
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(("module", "name"), [(measurement, "carry_out"), (record, "save")])
def test_stopped_it_leaves_nothing(here, capsys, monkeypatch, module, name) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, name, stop)
    assert measure() == 130
    assert capsys.readouterr().err.endswith("stopped; nothing was written\n")
    assert files(here) == {"tiny", "novel.txt"}


def test_an_objective_of_the_command_line_is_one_of_the_library() -> None:
    assert set(get_args(Objective)) == set(OBJECTIVES)


def test_the_headline_of_a_folder_is_printed(here: Path, capsys) -> None:
    (here / "results").mkdir()
    headline = {"range": "1..100", "skip_sources": 4}
    (here / "results/metrics.json").write_text(json.dumps({"headline": headline}))
    (here / "results/tables").mkdir()
    fits = "model,seed,skip_sources,range\n"
    (here / "results/tables/decay.csv").write_text(fits)
    (here / "results/tables/predictions.csv").write_text("model,loss\n")
    expected = (
        "γ + β (r+1)^−p on r = 1..100, without the first 4 positions as sources; loss in nats per "
        "token\n\nFigures (0, SVG and PNG): results/figures\nTables: results/tables\n"
    )
    for folder in ([], ["results"]):
        assert main(["headline", *folder]) == 0
        assert capsys.readouterr().out == expected


def test_a_headline_that_is_not_there_is_one_sentence(here: Path, capsys) -> None:
    assert main(["headline", "nowhere"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (
        "token-influence: nowhere/metrics.json is not there yet; `snakemake --cores all` makes it, "
        "and `dvc pull` brings that of a recorded version.\n"
    )


def test_the_headline_has_its_help(capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["headline", "--help"])
    assert caught.value.code == 0
    assert "FOLDER" in capsys.readouterr().out
