"""What a job asks of a cluster grows with the model and its windows, and respects the user's limit."""

import pytest
from raw_studies import DEFAULT, small

from token_influence.config import load_study, requested_mb, requested_minutes
from token_influence.config.requests import START_MINUTES

MODEL = "smollm2-135m-instruct-q4_1"


def sized(parameters: int | None, **influence: object):
    """The default study with a model of this many weights."""
    study = load_study(DEFAULT)
    entry = study.models[MODEL]
    facts = entry.facts and entry.facts.model_copy(update={"parameters": parameters})
    models = study.models | {
        MODEL: entry.model_copy(update={"facts": facts if parameters else None})
    }
    limits = study.influence.model_copy(update=influence)
    return study.model_copy(update={"models": models, "influence": limits})


@pytest.mark.parametrize(
    ("parameters", "limit", "expected"),
    [(135_000_000, 4000, 4000), (135_000_000, 1600, 1600), (None, 900, 900)],
)
def test_the_user_s_limit_is_what_a_job_asks_for(parameters, limit, expected):
    assert requested_mb(sized(parameters, memory_mb=limit), MODEL) == expected


def test_a_model_that_is_larger_than_the_limit_asks_for_its_weights():
    assert requested_mb(sized(7_000_000_000), MODEL) == 42_700
    # A trained model's size follows from its layers, width and vocabulary.
    study = load_study(small("results", "elsewhere"))
    assert requested_mb(study, "neox-small") == study.influence.memory_mb


def test_time_grows_with_weights_objectives_and_without_a_gpu():
    study = sized(7_000_000_000)

    def asked(objectives: int = 1, gpu: bool = False, corpus: str | None = "gutenberg") -> int:
        return requested_minutes(study, MODEL, corpus, objectives, gpu)

    assert asked() > asked(gpu=True) > START_MINUTES
    assert asked(objectives=2) > asked()
    assert asked(corpus=None) == asked()
    threads = study.influence.model_copy(update={"torch_threads": 4})
    faster = study.model_copy(update={"influence": threads})
    assert requested_minutes(faster, MODEL, None, 1, False) < asked()
    assert requested_minutes(sized(None), MODEL, None, 1, False) == START_MINUTES


def test_a_part_asks_for_the_time_of_its_own_windows():
    study = sized(7_000_000_000)  # 8 windows per seed
    whole, half, more = (
        requested_minutes(study, MODEL, "gutenberg", 1, False, most) - START_MINUTES
        for most in (None, 4, 100)
    )
    assert whole == more
    assert abs(whole - 2 * half) <= 1
