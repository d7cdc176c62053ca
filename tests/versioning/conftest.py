import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from tiny_study import Clone
from versioned_study import Versioned, put_under_versions


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that is set on this machine, and nothing left on it."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "t")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "t@localhost")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "dvc-site"))
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(tmp_path / "dvc-global"))


@pytest.fixture
def recorded(finished_study: Clone, own_settings: None) -> Path:
    """The finished tiny study with its first version recorded; built once, never changed."""
    shared = finished_study.folder.with_name("versioned-study")
    done = shared.with_name("versioned")
    with FileLock(f"{shared}.lock"):
        if not done.exists():
            shutil.rmtree(shared, ignore_errors=True)
            marker = shutil.ignore_patterns("finished")
            shutil.copytree(finished_study.folder, shared, symlinks=True, ignore=marker)
            put_under_versions(Clone(shared))
            done.touch()
    return shared


@pytest.fixture
def study(recorded: Path, tmp_path: Path) -> Versioned:
    """A copy of the recorded study, to change as a test likes."""
    shutil.copytree(recorded, tmp_path / "study", symlinks=True)
    return Versioned(tmp_path / "study")
