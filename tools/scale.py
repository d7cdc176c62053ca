"""What a million windows take with models of several sizes: `python tools/scale.py` (docs/scale.md).

Arithmetic alone (token_influence/cost): windows as config.yaml draws them, one objective, at a rate of
one core that was measured (docs/timings.md) and a rate of a GPU that is assumed.
"""

from pathlib import Path

from token_influence.config import Study, load_study, read_config
from token_influence.config.requests import BYTES_PER_WEIGHT, LIBRARIES_MB
from token_influence.cost.estimate import FLOAT_BYTES, ROW_BYTES, Reading
from token_influence.cost.jobs import RATE
from token_influence.cost.operations import Facts
from token_influence.cost.parts import start_seconds, windows_of_part

WINDOWS = 1_000_000
GPU_RATE = 20e12
DAY = 86400
# As their publishers' config.json says; sizes of layers and weights are no measurement.
SIZES: dict[str, Facts] = {
    "SmolLM2-135M": {"parameters": 134_515_008, "layers": 30, "width": 576, "vocabulary": 49152},
    "Pythia-410M": {"parameters": 405_334_016, "layers": 24, "width": 1024, "vocabulary": 50304},
    "Pythia-1B": {"parameters": 1_011_781_632, "layers": 16, "width": 2048, "vocabulary": 50304},
    "Pythia-6.9B": {"parameters": 6_857_302_016, "layers": 32, "width": 4096, "vocabulary": 50432},
}
HEAD = [
    *("model", "weights (GB)", "`mem_mb`", "operations per window", "s per window, one core"),
    *("windows per job", "core-days", "GPU-days"),
]


def row(study: Study, model: str) -> list[str]:
    """The table's row of a model; a window is one reading of `study.windows`."""
    facts = SIZES[model] | {"tied": model.startswith("SmolLM2")}
    alone = study.windows.model_copy(update={"per_seed": 1})
    operations = Reading(model, facts, alone, objectives=1, jobs=1).operations()
    parameters, seconds = facts["parameters"], operations / RATE
    start = start_seconds(parameters)
    return [
        model,
        f"{FLOAT_BYTES * parameters / 1e9:.1f}",
        f"{max(BYTES_PER_WEIGHT * parameters / 1e6 + LIBRARIES_MB, study.influence.memory_mb):,.0f}",
        f"{operations:.1e}",
        f"{seconds:.1f}",
        f"{windows_of_part(seconds, start):,}",
        f"{WINDOWS * seconds / DAY:,.0f}",
        f"{WINDOWS * operations / GPU_RATE / DAY:,.1f}",
    ]


def stored(study: Study) -> float:
    """Bytes of the influence of all windows, for one objective."""
    windows = study.windows.model_copy(update={"per_seed": WINDOWS})
    return ROW_BYTES * Reading("", {}, windows, objectives=1, jobs=1).rows


def main() -> None:
    study = load_study(read_config(Path(__file__).parents[1] / "config.yaml"))
    for cells in [HEAD, ["---"] * len(HEAD), *(row(study, model) for model in SIZES)]:
        print(f"| {' | '.join(cells)} |")
    print(f"\nInfluence of {WINDOWS:,} windows: {stored(study) / 1e9:.1f} GB.")


if __name__ == "__main__":
    main()
