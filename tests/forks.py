"""Snakemake in forks of a process that has imported it.

Of the time that a dry run takes, a third goes into imports of Snakemake and what it uses. `snakemake`
gives what `subprocess.run` would give for `python -m snakemake`: a process with its own folder and
environment, which imports the study's library itself.
"""

import atexit
import json
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

# What a dry run imports, those modules that take long.
IMPORTS = ("snakemake.cli", "smart_open", "pandas", "PIL.Image", "docutils.core")


def snakemake(
    *arguments: str, cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """The status and output of `python -m snakemake *arguments` in this folder and environment."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.TemporaryDirectory() as output:
        request = {"arguments": arguments, "cwd": str(cwd), "env": dict(env), "output": output}
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        status = int(server.stdout.readline())
        out, err = (Path(output, name).read_text(encoding="utf-8") for name in ("out", "err"))
    return subprocess.CompletedProcess(["snakemake", *arguments], status, out, err)


@cache
def _server() -> subprocess.Popen[str]:
    """The process that has imported Snakemake and forks; it ends with this one."""
    server = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.kill)
    return server


def _serve() -> None:
    del sys.path[0]  # the folder of this file, which `python -m` does not search
    for name in IMPORTS:
        import_module(name)
    assert "token_influence" not in sys.modules
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            _become(**request)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(arguments: list[str], cwd: str, env: dict[str, str], output: str) -> None:
    """Be `python -m snakemake *arguments`, with this folder, environment and folder for the output."""
    for number, file in ((0, os.devnull), (1, f"{output}/out"), (2, f"{output}/err")):
        opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:0] = [cwd, *filter(None, env.get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = ["snakemake", *arguments]
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    _serve()
