"""What a person types for a model: a folder, a GGUF file, a repository, or nothing of that kind."""

from pathlib import Path

import pytest
from hub_server import MAIN, STEP, Hub, Repo
from tiny_models import build, write_gguf

from token_influence.errors import ModelError, SourceError
from token_influence.models import locate as located
from token_influence.models.loading import load_model
from token_influence.models.locate import locate


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/token-influence"


def test_a_folder_is_taken_where_it_is_and_named_by_itself(tmp_path, monkeypatch) -> None:
    (tmp_path / "mine").mkdir()
    assert locate(str(tmp_path / "mine")).folder == tmp_path / "mine"
    monkeypatch.chdir(tmp_path / "mine")
    assert locate(".").name == locate("../mine/.").name == "mine"
    (tmp_path / "link").symlink_to("mine")
    assert locate("../link").name == "link"


def test_a_gguf_file_is_converted_once_for_each_content(tmp_path, cache, monkeypatch) -> None:
    write_gguf(build("llama"), tmp_path / "tiny.gguf")
    found = locate(str(tmp_path / "tiny.gguf"))
    assert found.name == "tiny"
    assert found.folder.is_relative_to(cache)
    assert load_model(found.folder, device="cpu").num_parameters() > 0
    with monkeypatch.context() as patch:
        patch.setattr(located, "prepare_checkpoint", None)
        assert locate(str(tmp_path / "tiny.gguf")) == found
    write_gguf(build("llama", seed=1), tmp_path / "tiny.gguf")
    assert locate(str(tmp_path / "tiny.gguf")).folder != found.folder


def test_a_file_that_is_no_gguf_leaves_nothing_behind(tmp_path, cache) -> None:
    (tmp_path / "false.gguf").write_bytes(b"GGUF?")
    with pytest.raises(ModelError):
        locate(str(tmp_path / "false.gguf"))
    assert not [
        path for path in cache.rglob("*") if not path.name.endswith(".lock") and path.is_file()
    ]


def test_a_repository_stays_at_the_commit_its_branch_had(
    tmp_path, cache, hub: Hub, monkeypatch
) -> None:
    first = {"config.json": b"{}", "tokenizer.json": b"{}", "model.safetensors": b"1"}
    later = first | {"model.safetensors": b"2"}
    hub.repos["models/org/some-model"] = Repo({MAIN: first, STEP: later}, {"main": MAIN})
    monkeypatch.chdir(tmp_path)
    found = locate("org/some-model")
    assert (found.name, found.commit) == ("some-model", MAIN)
    assert found.folder.parent == cache / "hub"
    hub.repos["models/org/some-model"].refs["main"] = STEP
    assert locate("org/some-model") == found
    assert locate(f"org/some-model@{STEP}").commit == STEP
    (found.folder / "model.safetensors").write_bytes(b"3")  # damaged: had again
    assert locate("org/some-model") == found
    hub.close()
    assert (found.folder / "model.safetensors").read_bytes() == b"1"
    assert locate("org/some-model") == found  # without the hub
    (tmp_path / "org/some-model").mkdir(parents=True)
    assert locate("org/some-model").folder == Path("org/some-model")


def test_a_repository_that_can_not_be_had(cache, hub: Hub) -> None:
    with pytest.raises(
        SourceError, match=r"no folder models/mine, and it could not be fetched .*models/mine"
    ):
        locate("models/mine")
    assert not [path for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock"]


@pytest.mark.parametrize("name", ["gone", "./org/name", "/no/such/folder", "a/b/c"])
def test_what_is_nothing_of_it_is_one_sentence(name: str) -> None:
    with pytest.raises(ModelError, match="no file or folder") as caught:
        locate(name)
    assert name in str(caught.value)
