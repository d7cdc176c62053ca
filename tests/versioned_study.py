"""The tiny study under git and DVC, with what the tests of versions do to it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import forks
from own_tools import call
from tiny_study import REPOSITORY, Clone

VERSIONING = [".dvc", ".dvcignore", ".gitignore", "dvc.yaml", "tools", "Makefile"]
VERSIONS = (sys.executable, "tools/versions.py")
RECORD = (*VERSIONS, "record")
REGISTER = (*VERSIONS, "register")
LOCAL = shutil.ignore_patterns("__pycache__", "cache", "tmp", "config.local")


@dataclass(frozen=True)
class Versioned(Clone):
    """A git clone of the tiny study. Its default remote is a folder beside it."""

    @property
    def environment(self) -> dict[str, str]:
        tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        own = {"PYTHONPATH": str(self.folder), "PATH": tools, "OMP_NUM_THREADS": "1"}
        return os.environ | own

    def start(self, *command: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def call(self, *command: str) -> tuple[int, str]:
        """A command's exit status and words; those of DVC and of the tool without a new Python."""
        if command[0] == "dvc":
            done = forks.run(*command, cwd=self.folder, env=self.environment)
            return done.returncode, done.stdout + done.stderr
        if command[:2] == VERSIONS:
            done = call(self, "versions", *command[2:])
            return done.returncode, done.stdout + done.stderr
        process = self.start(*command)
        words, _ = process.communicate()
        return process.returncode, words

    def succeeds(self, *command: str) -> str:
        status, words = self.call(*command)
        assert status == 0, words
        return words

    def fails(self, *command: str) -> str:
        status, words = self.call(*command)
        assert status != 0, words
        assert "Traceback" not in words
        return words

    def stale(self) -> Any:
        """What `dvc status` finds changed: empty if nothing is."""
        return json.loads(self.succeeds("dvc", "status", "--json"))

    def commit(self, message: str) -> None:
        self.succeeds("git", "add", "--all")
        self.succeeds("git", "commit", "--quiet", f"--message={message}")

    def clone(self, name: str) -> "Versioned":
        """What a colleague has after `git clone`."""
        folder = self.folder.with_name(name)
        self.succeeds("git", "clone", "--quiet", str(self.folder), str(folder))
        return Versioned(folder)

    def cached(self, path: str) -> Path:
        """The copy of a tracked file in DVC's cache."""
        (md5,) = self.succeeds("md5sum", path).split()[:1]
        return self.folder / ".dvc/cache/files/md5" / md5[:2] / md5[2:]


def put_under_versions(clone: Clone) -> Versioned:
    """Make a finished study a repository of git and DVC, its first version recorded."""
    study = Versioned(clone.folder)
    for name in VERSIONING:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, study.folder / name, ignore=LOCAL)
        else:
            shutil.copy(source, study.folder / name)
    study.edit("dvc.yaml", "      - Snakefile\n", "      - Snakefile\n      - inputs\n")
    (study.folder / "requirements.lock").write_text("torch==2.13.0\n")
    study.succeeds("git", "init", "--quiet", "--initial-branch=main")
    study.succeeds(*RECORD)
    study.commit("First version")
    return study
