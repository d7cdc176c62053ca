"""A tiny training and the corpora that it learns from."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from token_influence.models.checkpoints import checkpoint_files
from token_influence.training.data import Material
from token_influence.training.run import Settings, train

SETTINGS = Settings(
    layers=2,
    width=32,
    heads=2,
    context=24,
    batch=4,
    learning_rate=0.01,
    warm_up=2,
    weight_decay=0.1,
    checkpoints=[0, 1, 5, 20],
    seed=3,
)


STEPS = [f"step{step}" for step in SETTINGS.checkpoints]


WORDS = ["the", "sea", "and", "a", "ship", "that", "sailed", "over", "it", "under", "stars", "had"]


def corpus(seed: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    texts = [
        " ".join(generator.choice(WORDS, size=size)) for size in generator.integers(80, 160, 20)
    ]
    return pd.DataFrame({"document_id": [f"d{k}" for k in range(len(texts))], "text": texts})


def trained(folder: Path, material: Material, settings: Settings = SETTINGS, **identity) -> Path:
    torch.manual_seed(np.random.default_rng().integers(1 << 30))  # must play no part
    train(settings, material.sequences, material.tokenizer, folder, identity)
    return folder


def files(folder: Path) -> dict[str, dict]:
    return {name: checkpoint_files(folder / name) for name in STEPS}
