"""The tiny study with a model that it trains itself."""

from pathlib import Path

import pytest
from tiny_study import Clone, new_clone, write_text

TRAINING = {
    "corpora": ["tales"],
    "held_out": {"share": 0.4, "sequences": 4},
    "layers": 1,
    "width": 16,
    "heads": 2,
    "vocabulary": 280,
    "batch": 2,
    "learning_rate": 0.01,
    "warm_up": 1,
    "weight_decay": 0.0,
    "checkpoints": [0, 2, 6],
}


def write_tales(folder: Path) -> None:
    for seed in range(10):
        write_text(folder / f"inputs/tales/tale{seed}.txt", seed, words=600)


@pytest.fixture
def growing(tmp_path: Path) -> Clone:
    """A study that trains a tiny model and measures two of its checkpoints on held-out text."""
    clone = new_clone(tmp_path / "study")
    write_tales(clone.folder)
    clone.configure(
        sources={"tales": {"local": "inputs/tales", "licence": "own"}},
        models={"grown": {"context": 64, "training": TRAINING}},
        corpora={
            "tales": {"reader": "text", "sources": ["tales"]},
            "unseen": {"held_out": {"model": "grown", "corpus": "tales"}},
        },
        arms=[
            {
                "models": ["grown"],
                "weights": ["step0", "step6"],
                "corpora": ["unseen"],
                "orders": ["intact"],
                "objectives": ["true_logit"],
            }
        ],
        decay__families=["constant", "power_law", "exponential"],
    )
    return clone
