"""Jobs leave the hub alone: the switch is set before any library looks at it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("[!_]*.py")), ids=lambda path: path.stem)
def test_every_script_imports_job_before_any_library(script: Path):
    imports = [
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.parse(script.read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    foreign = [name for name in imports if str(name).split(".")[0] not in sys.stdlib_module_names]
    assert foreign[0] == "_job"


@pytest.mark.parametrize(
    ("before", "wish", "offline"),
    [
        ("", None, True),
        ("os.environ.setdefault('HF_HUB_OFFLINE', '0')", None, False),  # as in fetch_source
        ("os.environ.setdefault('HF_HUB_OFFLINE', '0')", "1", True),
    ],
)
def test_importing_job_takes_the_hubs_client_offline(before: str, wish: str | None, offline: bool):
    code = f"import os\n{before}\nimport _job\nfrom huggingface_hub import is_offline_mode\n"
    environment = {k: v for k, v in os.environ.items() if k != "HF_HUB_OFFLINE"}
    environment |= {"PYTHONPATH": f"{SCRIPTS}:{SCRIPTS.parent}"}
    environment |= {"HF_HUB_OFFLINE": wish} if wish else {}
    done = subprocess.run(
        [sys.executable, "-c", code + "print(is_offline_mode())"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(offline)
    assert 'setdefault("HF_HUB_OFFLINE", "0")' in (SCRIPTS / "fetch_source.py").read_text()
