"""Snakemake and DVC in forks of processes that have imported them.

They take half as long where what they use is imported already. `run` gives what `subprocess.run` would
give for `python -m snakemake`: a process with its own folder and environment, which imports the study's
library itself.
"""

import atexit
import gc
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

# What they import, those modules that take long.
IMPORTS = {
    "snakemake": (
        *("snakemake.cli", "snakemake.report.html_reporter", "smart_open", "pandas", "PIL.Image"),
        *("docutils.core", "nbformat", "yte", "pydantic.main", "pydantic.types"),
    ),
    "dvc": ("dvc.cli", "dvc.repo", "dvc.stage.cache", "dvc_render", "scmrepo.git", "rich.table"),
}


def run(
    module: str, *arguments: str, cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """The status and output of `python -m module *arguments` in this folder and environment.

    module: `snakemake` or `dvc`.
    """
    server = _server(module)
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.TemporaryDirectory() as output:
        request = {"arguments": arguments, "cwd": str(cwd), "env": dict(env), "output": output}
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        status = int(server.stdout.readline())
        out, err = (Path(output, name).read_text(encoding="utf-8") for name in ("out", "err"))
    return subprocess.CompletedProcess([module, *arguments], status, out, err)


@cache
def _server(module: str) -> subprocess.Popen[str]:
    """The process that has imported the module and forks; it ends with this one."""
    server = subprocess.Popen(
        [sys.executable, __file__, module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.kill)
    return server


def _serve(module: str) -> None:
    del sys.path[0]  # the folder of this file, which `python -m` does not search
    for name in IMPORTS[module]:
        import_module(name)
    assert "token_influence" not in sys.modules
    gc.freeze()  # else every fork looks for garbage among all that is imported here
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            _become(module, **request)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(module: str, arguments: list[str], cwd: str, env: dict[str, str], output: str) -> None:
    """Be `python -m module *arguments`, with this folder, environment and folder for the output."""
    for number, file in ((0, os.devnull), (1, f"{output}/out"), (2, f"{output}/err")):
        opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:0] = [cwd, *filter(None, env.get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    _serve(sys.argv[1])
