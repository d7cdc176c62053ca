"""A tiny training, done once for all tests of the room."""

from pathlib import Path

import pytest
from tiny_training import corpus, trained

from token_influence.training.data import Material, prepare


@pytest.fixture(scope="module")
def material() -> Material:
    corpora = {"prose": corpus(0), "verse": corpus(1)}
    return prepare(corpora, share=0.3, sequences=4, vocabulary=280, length=24, seed=3)


@pytest.fixture(scope="module")
def finished(material, tmp_path_factory) -> Path:
    return trained(tmp_path_factory.mktemp("trained"), material)
