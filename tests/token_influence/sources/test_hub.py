"""Fetching from a hub: a small one of our own, asked by the real client library over real HTTP."""

import hashlib
import io
import shutil
import traceback
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
from hub_server import MAIN, STEP, Fault, Hub, Repo, blob, running

from token_influence.errors import InterruptedFetchError, SourceError
from token_influence.sources import downloads, retries
from token_influence.sources import hub as client
from token_influence.sources.cache import ensure_source
from token_influence.sources.fetch import fetch
from token_influence.sources.kinds import fetch_hub

WEIGHTS = bytes(range(256)) * 4096  # 1 MiB
FETCHED = {
    "config.json": b'{"model_type": "llama"}',
    "generation_config.json": b"{}",
    "model.safetensors": WEIGHTS,
    "tokenizer.json": b'{"version": "1.0"}',
    "tokenizer_config.json": b"{}",
}
# What a repo holds besides, and what nobody must fetch.
PASSED_OVER = {
    ".gitattributes": b"*.safetensors filter=lfs",
    "README.md": b"a card",
    "modeling_own.py": b"raise SystemExit('code of a repo must not be run')",
    "pytorch_model.bin": b"pickled",
    "onnx/model.safetensors": b"a copy",
}
FILES = FETCHED | PASSED_OVER
WEIGHTS_PATH = f"/own/tiny/resolve/{MAIN}/model.safetensors"
CONFIG_PATH = f"/own/tiny/resolve/{MAIN}/config.json"
LOOK_UP = "/api/models/own/tiny/revision/main"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def hub(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """The hub with one model, asked without long waits."""
    hub.repos["models/own/tiny"] = Repo({MAIN: dict(FILES)}, {"main": MAIN})
    monkeypatch.setattr(retries, "FIRST_PAUSE_SECONDS", 0.001)
    for module in (client, downloads):
        monkeypatch.setattr(module, "CONNECT_AND_READ_SECONDS", (0.5, 0.5))
    return hub


def get(folder: Path, repo: str = "own/tiny", revision: str = "main", **options: Any) -> Any:
    return fetch_hub(repo, revision, "Apache-2.0", folder, **({"progress": False} | options))


def refused(folder: Path, **options: Any) -> str:
    """The message of a refused fetch: one sentence, and nothing left behind."""
    before = sorted(folder.parent.rglob("*"))
    with pytest.raises(SourceError) as caught:
        get(folder, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    assert "own/tiny" in message or options.get("repo", "own/tiny") in message
    assert sorted(folder.parent.rglob("*")) == before
    return message


def held(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# --- what is fetched ------------------------------------------------------------------------------


def test_of_a_model_config_tokenizer_and_safetensors_arrive_and_nothing_else(hub: Hub, tmp_path):
    manifest = get(tmp_path / "tiny")
    assert held(tmp_path) == {f"tiny/{name}": content for name, content in FETCHED.items()}
    assert manifest == {
        "kind": "hub",
        "repo": "own/tiny",
        "type": "model",
        "revision": "main",
        "commit": MAIN,
        "licence": "Apache-2.0",
        "members": {
            name: {"sha256": sha256(content), "bytes": len(content)}
            for name, content in FETCHED.items()
        },
    }
    assert not any(path.endswith((".py", ".bin", ".md")) for path in hub.requests)


def test_the_hubs_own_client_fetches_the_same_files(hub: Hub, tmp_path):
    get(tmp_path / "ours")
    huggingface_hub.snapshot_download(
        "own/tiny",
        revision=MAIN,
        local_dir=tmp_path / "theirs",
        cache_dir=tmp_path / "cache",
        allow_patterns=list(FETCHED),
        endpoint=hub.url,
        token=False,
    )
    shutil.rmtree(tmp_path / "theirs" / ".cache")
    assert held(tmp_path / "ours") == held(tmp_path / "theirs")


def test_what_the_hubs_own_client_has_downloaded_is_not_downloaded_again(
    hub: Hub, tmp_path, monkeypatch
):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    huggingface_hub.snapshot_download(
        "own/tiny",
        revision=MAIN,
        cache_dir=tmp_path / "cache",
        allow_patterns=list(FETCHED),
        endpoint=hub.url,
        token=False,
    )
    cached = next((tmp_path / "cache").rglob("snapshots/*/tokenizer.json"))
    cached.write_bytes(b"altered")
    hub.sent.clear()
    get(tmp_path / "tiny")
    assert held(tmp_path / "tiny") == FETCHED
    fetched = {path for path in hub.sent if "/resolve/" in path and hub.sent[path]}
    assert fetched == {f"/own/tiny/resolve/{MAIN}/tokenizer.json"}


def test_weights_in_several_files_come_with_their_index(hub: Hub, tmp_path):
    shards = {f"model-0000{k}-of-00002.safetensors": bytes([k]) * 9 for k in (1, 2)}
    index = {"model.safetensors.index.json": b"{}"}
    files = FILES | shards | index
    del files["model.safetensors"]
    hub.repos["models/own/tiny"].commits[MAIN] = files
    get(tmp_path / "tiny")
    assert shards.keys() | index.keys() <= held(tmp_path / "tiny").keys()


def test_of_a_dataset_the_named_files_arrive_in_the_layout_of_the_repo(hub: Hub, tmp_path):
    files = {"raw/test-0.parquet": b"rows", "raw/train-0.parquet": b"more", "load.py": b"code"}
    hub.repos["datasets/own/text"] = Repo({MAIN: files}, {"main": MAIN})
    source = {"repo": "own/text", "revision": "main", "type": "dataset", "files": ["raw/test-*"]}
    manifest = fetch({"hub": source, "licence": "CC0"}, tmp_path / "text")
    assert held(tmp_path / "text") == {"raw/test-0.parquet": b"rows"}
    assert manifest["type"] == "dataset"
    assert hub.requests[f"/datasets/own/text/resolve/{MAIN}/raw/test-0.parquet"] == 1


def zipped(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, inside in members.items():
            archive.writestr(zipfile.ZipInfo(name), inside)
    return content.getvalue()


@pytest.fixture
def talks(hub: Hub) -> dict[str, Any]:
    """A source: two members of an archive in a data set, which holds another file."""
    archive = zipped({"de-en/train.de": b"eins", "de-en/train.en": b"one", "de-en/README": b"?"})
    files = {"texts/de-en.zip": archive, "texts/en-de.zip": archive, "load.py": b"code"}
    hub.repos["datasets/own/talks"] = Repo({MAIN: files}, {"main": MAIN}, lfs=(".zip",))
    pins = {"repo": "own/talks", "revision": "main", "type": "dataset"}
    return pins | {"files": ["texts/de-en.zip"], "members": ["*/train.??"]}


def test_members_of_an_archive_in_a_dataset(hub: Hub, tmp_path, talks):
    source = {"hub": talks, "licence": "CC0"}
    manifest = fetch(source, tmp_path / "talks")
    members = {"de-en/train.de": b"eins", "de-en/train.en": b"one"}
    assert held(tmp_path / "talks") == members
    assert list(manifest["members"]) == list(members)
    assert list(manifest["archive"]) == ["texts/de-en.zip"]
    (tmp_path / "talks/de-en/train.en").unlink()
    hub.repos["datasets/own/talks"].refs["main"] = STEP  # lost members come from the same archive
    ensure_source(source, tmp_path / "talks", manifest)
    assert held(tmp_path / "talks") == members


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"members": ["*.fr"]}, "texts/de-en.zip has no member '*.fr'."),
        ({"files": ["texts/*.zip"]}, "match texts/de-en.zip, texts/en-de.zip."),
        ({"files": ["*.py"]}, "load.py of the dataset repo own/talks is not fetched: allowed are"),
        ({"unpacked_mb": 0}, "texts/de-en.zip unpacks to too much"),
    ],
)
def test_members_that_cannot_be_had(hub: Hub, tmp_path, talks, keys, sentence):
    with pytest.raises(SourceError) as caught:
        fetch({"hub": talks | keys, "licence": "CC0"}, tmp_path / "talks")
    assert sentence in str(caught.value)
    assert held(tmp_path) == {}


def test_another_revision_has_files_of_its_own(hub: Hub, tmp_path):
    repo = hub.repos["models/own/tiny"]
    repo.commits[STEP] = FILES | {"model.safetensors": b"earlier"}
    repo.refs["step1000"] = STEP
    manifest = get(tmp_path / "step", revision="step1000")
    assert (manifest["revision"], manifest["commit"]) == ("step1000", STEP)
    assert (tmp_path / "step/model.safetensors").read_bytes() == b"earlier"


def test_lost_files_come_back_from_the_recorded_commit_though_the_branch_moved(
    hub: Hub, tmp_path, monkeypatch
):
    source = {"hub": {"repo": "own/tiny", "revision": "main"}, "licence": "Apache-2.0"}
    manifest = fetch(source, tmp_path / "tiny")
    repo = hub.repos["models/own/tiny"]
    repo.commits[STEP] = FILES | {"model.safetensors": b"newer"}
    repo.refs["main"] = STEP
    (tmp_path / "tiny/model.safetensors").unlink()
    asked = hub.requests[LOOK_UP]
    # As in a job, whose libraries are not to look at the hub.
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    ensure_source(source, tmp_path / "tiny", manifest)
    assert (tmp_path / "tiny/model.safetensors").read_bytes() == WEIGHTS
    assert hub.requests[LOOK_UP] == asked
    assert fetch_after_the_move(hub, source, tmp_path, monkeypatch)["commit"] == STEP


def fetch_after_the_move(hub: Hub, source: dict, tmp_path: Path, monkeypatch) -> dict:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    return fetch(source, tmp_path / "fresh")


# --- interrupted and resumed ----------------------------------------------------------------------


def test_a_connection_that_breaks_off_is_gone_on_with(hub: Hub, tmp_path):
    hub.faults[WEIGHTS_PATH] = [Fault(stop_after=600_000), Fault(stop_after=300_000)]
    get(tmp_path / "tiny")
    assert (tmp_path / "tiny/model.safetensors").read_bytes() == WEIGHTS
    assert hub.requests[WEIGHTS_PATH] == 3
    assert hub.sent[WEIGHTS_PATH] < len(WEIGHTS) + 2 * downloads.CHUNK


def test_the_next_run_goes_on_where_one_was_broken_off(hub: Hub, tmp_path, capsys):
    hub.faults[WEIGHTS_PATH] = [Fault(stop_after=600_000)]
    with pytest.raises(InterruptedFetchError, match="connection broke off"):
        get(tmp_path / "tiny", attempts=1)
    assert not (tmp_path / "tiny").exists()
    get(tmp_path / "tiny", progress=True)
    assert held(tmp_path) == {f"tiny/{name}": content for name, content in FETCHED.items()}
    assert hub.sent[WEIGHTS_PATH] < len(WEIGHTS) + downloads.CHUNK
    assert hub.requests[CONFIG_PATH] == 1
    assert "going on after 0.6 MB" in capsys.readouterr().err


def test_a_server_that_knows_no_ranges_is_read_from_the_start(hub: Hub, tmp_path):
    hub.ranges = False
    hub.faults[WEIGHTS_PATH] = [Fault(stop_after=600_000)]
    get(tmp_path / "tiny")
    assert (tmp_path / "tiny/model.safetensors").read_bytes() == WEIGHTS


def test_what_was_left_of_another_file_is_fetched_anew(hub: Hub, tmp_path):
    hub.faults[WEIGHTS_PATH] = [Fault(content=b"\0" * len(WEIGHTS), stop_after=600_000)]
    with pytest.raises(InterruptedFetchError):
        get(tmp_path / "tiny", attempts=1)
    get(tmp_path / "tiny")
    assert (tmp_path / "tiny/model.safetensors").read_bytes() == WEIGHTS


# --- not what was listed --------------------------------------------------------------------------


def test_a_large_file_with_another_sha256_is_refused(hub: Hub, tmp_path):
    hub.faults[WEIGHTS_PATH] = [Fault(content=b"\0" * len(WEIGHTS))]
    message = refused(tmp_path / "in" / "tiny")
    assert f"expected {sha256(WEIGHTS)}" in message


def test_a_small_file_with_another_git_blob_is_refused(hub: Hub, tmp_path):
    hub.faults[CONFIG_PATH] = [Fault(content=b'{"model_type": "other"}')]
    message = refused(tmp_path / "in" / "tiny")
    assert f"expected {blob(FETCHED['config.json'])}" in message


# --- refusals -------------------------------------------------------------------------------------


def test_an_unknown_repo(hub: Hub, tmp_path):
    message = refused(tmp_path / "tiny", repo="own/tinny")
    assert "The model repo own/tinny was not found on the hub" in message
    assert "HF_TOKEN" in message


def test_an_unknown_revision(hub: Hub, tmp_path):
    assert "has no revision 'step9'" in refused(tmp_path / "tiny", revision="step9")


def test_a_listed_file_that_is_not_there(hub: Hub, tmp_path):
    hub.faults[WEIGHTS_PATH] = [Fault(404, {"X-Error-Code": "EntryNotFound"})]
    assert "lacks a file at revision 'main'" in refused(tmp_path / "in" / "tiny")


def test_a_gated_repo_without_a_token_says_how_to_get_in(hub: Hub, tmp_path):
    hub.repos["models/own/tiny"].gated = True
    hub.repos["models/own/tiny"].token = "hf_secret"
    message = refused(tmp_path / "in" / "tiny")
    assert "is gated: accept its terms on the hub, then set HF_TOKEN" in message


def test_a_token_that_may_not_see_a_gated_repo(hub: Hub, tmp_path, monkeypatch):
    hub.faults[CONFIG_PATH] = [Fault(403, {"X-Error-Code": "GatedRepo"})]
    monkeypatch.setenv("HF_TOKEN", "hf_another")
    assert "is gated: the account of the token" in refused(tmp_path / "in" / "tiny")


@pytest.mark.parametrize("token", ["hf_wrong", None])
def test_a_wrong_or_missing_token_for_a_private_repo(hub: Hub, tmp_path, monkeypatch, token):
    hub.repos["models/own/tiny"].token = "hf_secret"
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    assert "was not found on the hub" in refused(tmp_path / "tiny")


def test_a_token_that_is_none(hub: Hub, tmp_path, monkeypatch):
    invalid = {"X-Error-Message": "Invalid credentials in Authorization header"}
    hub.faults[LOOK_UP] = [Fault(401, invalid)]
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(SourceError, match="does not accept the token in HF_TOKEN"):
        get(tmp_path / "tiny")


def test_the_token_opens_the_repo_and_is_seen_nowhere(hub: Hub, tmp_path, monkeypatch, capfd):
    hub.repos["models/own/tiny"].gated = True
    hub.repos["models/own/tiny"].token = "hf_secret"
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.faults[WEIGHTS_PATH] = [Fault(429), Fault(stop_after=9)]
    manifest = get(tmp_path / "tiny", progress=True)
    assert all(h["Authorization"] == "Bearer hf_secret" for _, _, h in hub.seen)
    hub.faults[LOOK_UP] = [Fault(500)] * 9
    with pytest.raises(SourceError) as caught:
        get(tmp_path / "other")
    shown = "".join(traceback.format_exception(caught.value)) + "".join(capfd.readouterr())
    assert "HTTP status 500" in shown
    assert "hf_secret" not in shown + str(manifest)


@pytest.mark.parametrize("status", [403, 410, 500])
def test_the_token_stays_on_the_hubs_host_and_a_signed_address_in_no_message(
    hub: Hub, tmp_path, monkeypatch, status
):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with running() as storage:
        storage.plain["/blob"] = WEIGHTS
        storage.faults["/blob"] = [Fault(status)]
        there = {"Location": f"{storage.url}/blob?signature=s3cret"}
        hub.faults[WEIGHTS_PATH] = [Fault(302, there)] * 2
        with pytest.raises(SourceError) as caught:
            get(tmp_path / "tiny", attempts=1)
        shown = "".join(traceback.format_exception(caught.value))
        assert "s3cret" not in shown
        get(tmp_path / "tiny")
        assert storage.requests["/blob"] == 2
        assert not any("Authorization" in headers for _, _, headers in storage.seen)


def test_a_login_file_does_not_take_the_tokens_place(hub: Hub, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password pass\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    get(tmp_path / "in" / "tiny")
    assert not any("Authorization" in headers for _, _, headers in hub.seen)


# --- faults that may pass -------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LOOK_UP, WEIGHTS_PATH])
def test_too_many_requests_are_tried_again_after_the_pause_that_is_asked_for(
    hub: Hub, tmp_path, monkeypatch, path, capsys
):
    pauses: list[float] = []
    monkeypatch.setattr(retries, "time", SimpleNamespace(sleep=pauses.append))
    hub.faults[path] = [Fault(429, {"Retry-After": "7"}), Fault(503)]
    get(tmp_path / "tiny")
    assert pauses == [7, 0.002]
    assert "HTTP status 429; trying again in 7 s, 3 of 4 left" in capsys.readouterr().err


@pytest.mark.parametrize("path", [LOOK_UP, WEIGHTS_PATH])
def test_too_many_requests_for_good(hub: Hub, tmp_path, path):
    hub.faults[path] = [Fault(429)] * 9
    with pytest.raises(InterruptedFetchError, match=r"own/tiny could not be .* HTTP status 429\.$"):
        get(tmp_path / "tiny")
    assert hub.requests[path] == 4


@pytest.mark.parametrize("path", [LOOK_UP, CONFIG_PATH])
def test_no_answer_in_time(hub: Hub, tmp_path, path):
    hub.faults[path] = [Fault(silent=1.5)] * 2
    with pytest.raises(InterruptedFetchError, match="did not answer in time"):
        get(tmp_path / "in" / "tiny", attempts=2)
    assert not list((tmp_path).rglob("*.*"))
    get(tmp_path / "in" / "tiny")


def test_a_hub_that_cannot_be_reached_is_named(hub: Hub, tmp_path, monkeypatch):
    monkeypatch.setenv(
        "HF_ENDPOINT", "http://127.0.0.1:9"
    )  # the discard port, where nobody listens
    with pytest.raises(InterruptedFetchError, match=r"hub http://127\.0\.0\.1:9: no connection"):
        get(tmp_path / "tiny", attempts=2)


def test_something_that_is_no_hub(hub: Hub, tmp_path):
    hub.faults[LOOK_UP] = [Fault(content=b"<html>welcome</html>")]
    with pytest.raises(SourceError, match="does not answer as a hub does"):
        get(tmp_path / "tiny")


def test_a_hub_that_is_switched_off(hub: Hub, tmp_path, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE forbids fetching it" in refused(tmp_path / "tiny")
    assert not hub.requests


# --- repos that will not do -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("config.json", "has no config.json at 'main'"),
        ("model.safetensors", "has no safetensors at 'main', only pytorch_model.bin"),
        ("tokenizer.json", "has no tokenizer at 'main'"),
    ],
)
def test_a_model_that_lacks_something_is_told_before_anything_is_fetched(
    hub: Hub, tmp_path, missing, sentence
):
    del hub.repos["models/own/tiny"].commits[MAIN][missing]
    assert sentence in refused(tmp_path / "tiny")
    assert list(hub.requests) == [LOOK_UP]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (["*.gguf"], "has no file '*.gguf' at 'main'"),
        (
            ["*.json", "*.bin"],
            "pytorch_model.bin of the model repo own/tiny is not fetched: allowed",
        ),
        (["*.py"], "modeling_own.py of the model repo own/tiny is not fetched"),
    ],
)
def test_patterns_that_match_nothing_or_what_is_not_read(hub: Hub, tmp_path, files, sentence):
    assert sentence in refused(tmp_path / "tiny", files=files)


def test_a_file_that_would_leave_its_folder(hub: Hub, tmp_path):
    hub.repos["models/own/tiny"].commits[MAIN]["../evil.json"] = b"{}"
    assert "is not safe: its file '../evil.json' leads out" in refused(
        tmp_path / "in" / "tiny", files=["*.json"]
    )


def test_a_disk_that_is_too_small(hub: Hub, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda _: SimpleNamespace(free=500_000))
    message = refused(tmp_path / "in" / "tiny")
    assert "The model repo own/tiny needs 1.0 MB more, but the disk of" in message
    assert "has only 0.5 MB free" in message
    assert not hub.requests[CONFIG_PATH]
