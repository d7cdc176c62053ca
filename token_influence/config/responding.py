"""What follows from the section `response`: the arms whose inputs are changed, and what it refuses."""

from math import ceil

from token_influence.config.checks import MOST_PARTS, known
from token_influence.config.derived import Arm, arms, windows_of
from token_influence.config.response import Response
from token_influence.config.schema import Study
from token_influence.errors import ConfigError


def response_arms(study: Study) -> list[Arm]:
    """The arms of the study whose inputs are changed, in the study's order; none without the section."""
    section = study.response
    if section is None:
        return []
    return [
        arm
        for arm in arms(study)
        if arm.model in section.models
        and arm.weights in section.weights
        and arm.corpus in section.corpora
        and arm.order in section.orders
    ]


def check_response(study: Study) -> None:
    """Raise ConfigError, one sentence, if the section does not fit the rest of the study."""
    section = study.response
    if section is None:
        return
    known("response.models", section.models, study.models, "model")
    known("response.corpora", section.corpora, study.corpora, "corpus")
    _at_most("seeds", section.seeds, len(study.seeds), "the number of seeds of the study")
    for corpus in dict.fromkeys(arm.corpus for arm in response_arms(study)):
        _check_windows(study, section, corpus)
    _check_parts(study, section)


def _check_windows(study: Study, section: Response, corpus: str) -> None:
    """Refuse more windows or predictions than are drawn, and distances that leave the window."""
    windows = windows_of(study, corpus)
    drawn = f"the windows of each seed of the corpus {corpus!r}"
    _at_most("windows", section.windows, windows.per_seed, drawn)
    positions = f"the positions of each window of the corpus {corpus!r}"
    _at_most("predictions", section.predictions, windows.positions, positions)
    distances = f"the largest distance that every prediction of the corpus {corpus!r} has"
    _at_most("distances", section.distances[-1], windows.min_position, distances)
    if classes := section.classes:
        _at_most("classes.tail", classes.tail, windows.min_position, distances)
    if every := section.every_source:
        _at_most("every_source.windows", every.windows, windows.per_seed, drawn)
        length = f"the length of the windows of the corpus {corpus!r}"
        _at_most("every_source.length", every.length, windows.length, length)


def _check_parts(study: Study, section: Response) -> None:
    """Refuse so many parts that planning them would take too long."""
    per_job, every = section.windows_per_job, section.every_source
    if per_job is None:
        return
    of_seed = 2 * ceil(section.windows / per_job) + ceil((every.windows if every else 0) / per_job)
    parts = len(response_arms(study)) * section.seeds * of_seed
    if parts > MOST_PARTS:
        raise ConfigError(
            f"response.windows_per_job: found {per_job}, which makes {parts} jobs; allowed is a "
            f"number that makes at most {MOST_PARTS}"
        )


def _at_most(key: str, found: int, limit: int, what: str) -> None:
    if found > limit:
        raise ConfigError(f"response.{key}: found {found}; allowed is at most {limit}, {what}")
