"""The tests stand in the same rooms as the library: each module has a test file of its own name."""

from collections.abc import Mapping
from pathlib import Path

from tiny_study import REPOSITORY

LIBRARY, TESTS = REPOSITORY / "token_influence", Path(__file__).parent

# Module: the test files that cover it, and why it has none of its own.
REASONS = {
    "config/explanation_checks.py": "config/test_faithfulness.py: it refuses what stands there",
    "config/forecast_checks.py": "config/test_series.py: it refuses what stands there",
    "config/prompt_checks.py": "config/test_prompts.py: it refuses what stands there",
    "config/arms.py": "config/test_schema.py: it refuses what stands there",
    "claims/published.py": "claims/test_rules.py: it holds two constants, which the rules use",
    "corpora/editions.py": "corpora/test_gutenberg.py: its rules act only within the reader",
    "corpora/plain.py": "corpora/test_build.py: it is one function, run there as the reader `text`",
    "errors.py": "config/test_loading.py: it holds classes alone, which most tests expect",
    "models/building.py": "models/test_checkpoints.py, models/test_registration.py: both run it",
    "models/configuration.py": "models/test_weights.py: it refuses what the weights do not fit",
    "progress.py": "sources/test_package_index.py: its lines are seen where a file is fetched",
    "standalone/headlines.py": "test_cli.py: it is the command `headline`",
    "standalone/measuring.py": "test_cli.py: it is the command `measure`",
    "standalone/options.py": "test_cli.py: the commands refuse what it refuses",
    "standalone/refitting.py": "test_cli.py: it is the command `fit`",
    "provenance/answering.py": "provenance/test_outside.py: it is the other side of `outside`",
}


def faults(library: Path, tests: Path, reasons: Mapping[str, str]) -> list[str]:
    """Modules without a test or a reason, and reasons that are out of date."""
    files = {file.relative_to(library) for file in library.rglob("[!_]*.py")}
    tested = {file for file in files if (tests / file.parent / f"test_{file.name}").is_file()}
    lacking = sorted(f"{file}: no test" for file in files - tested if str(file) not in reasons)
    for module, reason in reasons.items():
        if Path(module) not in files:
            lacking.append(f"{module}: a reason, but no module")
        elif Path(module) in tested:
            lacking.append(f"{module}: a reason, but it has a test")
        named = reason.partition(":")[0].split(", ")
        lacking += [f"{module}: no file {name}" for name in named if not (tests / name).is_file()]
    return lacking


def test_each_module_has_its_test_or_a_reason():
    assert faults(LIBRARY, TESTS, REASONS) == []


def test_what_is_out_of_date_is_found(tmp_path: Path):
    library, tests = tmp_path / "library", tmp_path / "tests"
    for file in (library / "room/new.py", library / "room/old.py", tests / "room/test_old.py"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    reasons = {"room/old.py": "room/test_old.py: why", "gone.py": "test_gone.py: why"}
    assert faults(library, tests, reasons) == [
        "room/new.py: no test",
        "room/old.py: a reason, but it has a test",
        "gone.py: a reason, but no module",
        "gone.py: no file test_gone.py",
    ]
