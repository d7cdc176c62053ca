"""Checks that the keys of a study fit together: references, trainings, windows, ranges."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil
from typing import Any

from token_influence.config.corpora import Windows
from token_influence.config.derived import arms, left_out, windows_of
from token_influence.config.messages import MOST_SHOWN, enumerated
from token_influence.config.models import Training
from token_influence.config.places import check_reserved
from token_influence.config.schema import Study
from token_influence.errors import ConfigError
from token_influence.ranges import parse_range

MOST_ARMS = 2000
MOST_MEASUREMENTS = 5000  # one for each arm and seed; each is a job
MOST_PARTS = 20_000  # of all measurements, where these are split


def check(study: Study) -> None:
    """Raise ConfigError, one sentence, if keys that are valid by themselves do not fit together."""
    check_reserved(study.results)
    _check_numbers(study)
    _check_references(study)
    _check_trainings(study)
    _check_terms(study)
    _check_hub_sources(study)
    _check_weights(study)
    _check_seeds_and_skips(study)
    _check_windows(study)
    _check_ranges(study)
    _check_headline(study)


def _check_numbers(study: Study) -> None:
    """Refuse so many arms and seeds that planning them would take too long."""
    combined = sum(
        len(group.models) * len(group.weights) * len(group.corpora) * len(group.orders)
        for group in study.arms
    )
    if combined > MOST_ARMS:
        raise ConfigError(f"arms: found {combined} combinations; allowed are at most {MOST_ARMS}")
    most = MOST_MEASUREMENTS // combined
    if len(study.seeds) > most:
        raise ConfigError(
            f"seeds: found {len(study.seeds)}; with {combined} combinations in arms, allowed are at "
            f"most {most}"
        )
    if (per_job := study.influence.windows_per_job) is not None:
        windows = max(windows_of(study, corpus).per_seed for corpus in study.corpora)
        parts = combined * len(study.seeds) * ceil(windows / per_job)
        if parts > MOST_PARTS:
            raise ConfigError(
                f"influence.windows_per_job: found {per_job}, which makes {parts} jobs; allowed is a "
                f"number that makes at most {MOST_PARTS}"
            )


def _check_references(study: Study) -> None:
    for name, model in study.models.items():
        if model.training is None:
            known(f"models.{name}.source", [model.source], study.sources, "source", listed=False)
    for name, corpus in study.corpora.items():
        known(f"corpora.{name}.sources", corpus.sources, study.sources, "source")
        _unique(f"corpora.{name}.sources", corpus.sources)
    for index, group in enumerate(study.arms):
        known(f"arms[{index}].models", group.models, study.models, "model")
        known(f"arms[{index}].corpora", group.corpora, study.corpora, "corpus")


def _check_trainings(study: Study) -> None:
    whole = [
        name
        for name, corpus in study.corpora.items()
        if corpus.held_out is None and corpus.text_of is None
    ]
    for name, model in study.models.items():
        if model.training is not None:
            path = f"models.{name}.training"
            known(f"{path}.corpora", model.training.corpora, whole, "corpus")
            _unique(f"{path}.corpora", model.training.corpora)
            _check_training(path, model.training)
    for name, corpus in study.corpora.items():
        if (held_out := corpus.held_out) is not None:
            training = study.models[held_out.model].training
            learnt = training.corpora if training else []
            path = f"corpora.{name}.held_out.corpus"
            known(path, [held_out.corpus], learnt, "corpus of the training", listed=False)


def _check_training(path: str, training: Training) -> None:
    steps = training.checkpoints
    for index, (before, step) in enumerate(pairwise(steps), start=1):
        if step <= before:
            raise ConfigError(
                f"{path}.checkpoints[{index}]: found {step} after {before}; allowed are ascending steps"
            )
    if steps[-1] == 0:
        raise ConfigError(f"{path}.checkpoints: found only 0; allowed is at least one later step")
    if training.warm_up > steps[-1]:
        raise ConfigError(
            f"{path}.warm_up: found {training.warm_up}; allowed is at most {steps[-1]}, "
            f"the last of {path}.checkpoints"
        )
    if training.width % (8 * training.heads):
        # Rotary embeddings rotate a quarter of each head, in pairs of dimensions.
        raise ConfigError(
            f"{path}.width: found {training.width}; allowed are multiples of {8 * training.heads}, "
            f"8 times {path}.heads"
        )


def _check_terms(study: Study) -> None:
    known("accept_terms", study.accept_terms, study.sources, "source")
    if not arms(study):
        name = next(iter(left_out(study)))
        raise ConfigError(
            f"accept_terms: found {study.accept_terms}, so that no arm is left; to measure one, read "
            f"{study.sources[name].terms} and add {name!r}"
        )


def _check_hub_sources(study: Study) -> None:
    for name, model in study.models.items():
        hub = study.sources[model.source].hub if model.source else None
        if hub and hub.type == "dataset":
            raise ConfigError(
                f"models.{name}.source: found {model.source!r}, which is a dataset; allowed is a "
                "source that holds a model"
            )


def _check_weights(study: Study) -> None:
    """Refuse an arm with weights `stepN` whose model has no such checkpoint."""
    for arm in arms(study):
        model = study.models[arm.model]
        if not arm.at_step:
            continue
        if model.training is not None:
            steps = model.training.checkpoints
            if int(arm.weights.removeprefix("step")) not in steps:
                kept = ", ".join(f"step{step}" for step in steps[:MOST_SHOWN])
                raise ConfigError(
                    f"models.{arm.model}.training.checkpoints: found no {arm.weights!r}, which an arm "
                    f"names as its weights; allowed there are trained, random, {kept}"
                )
        elif study.sources[model.source].hub is None:
            raise ConfigError(
                f"models.{arm.model}.source: found {model.source!r}, which is not of the kind hub; for "
                f"the weights {arm.weights!r}, allowed is a repo that has them as a revision, or a "
                "training that keeps them"
            )


def known(
    path: str, names: Sequence[str], defined: Iterable[str], what: str, listed: bool = True
) -> None:
    """Raise ConfigError unless each of `names`, the value at the YAML path, is `defined`.

    what: the kind of thing that the names stand for. listed: whether the value is a list of names.
    """
    for index, name in enumerate(names):
        if name not in defined:
            place = f"{path}[{index}]" if listed else path
            raise ConfigError(
                f"{place}: found the {what} {name!r}, which is not defined; "
                f"allowed: {enumerated(defined) or 'none is defined'}"
            )


def _unique(path: str, values: Sequence[Any]) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise ConfigError(
                f"{path}[{index}]: found {value!r} a second time; each value is allowed once"
            )


def _check_seeds_and_skips(study: Study) -> None:
    _unique("seeds", study.seeds)
    _unique("skip_sources", study.skip_sources)
    _unique("decay.families", study.decay.families)
    _unique("decay.ranges", study.decay.ranges)


def _check_headline(study: Study) -> None:
    if study.headline.skip_sources not in study.skip_sources:
        raise ConfigError(
            f"headline.skip_sources: found {study.headline.skip_sources}; "
            f"allowed are the values of skip_sources: {study.skip_sources}"
        )
    if study.headline.range not in study.decay.ranges:
        raise ConfigError(
            f"headline.range: found {study.headline.range!r}; "
            f"allowed are the entries of decay.ranges: {study.decay.ranges}"
        )


def _check_windows(study: Study) -> None:
    for arm in arms(study):
        windows, paths = windows_of(study, arm.corpus), _windows_paths(study, arm.corpus)
        context = study.models[arm.model].context
        if context is not None and windows.length > context:
            raise ConfigError(
                f"{paths['length']}: found {windows.length}; allowed is at most {context}, "
                f"the registered context of the model {arm.model!r}"
            )
        _check_positions(windows, paths)
        share = windows.share_per_author
        if share is not None and share * windows.per_seed < 1:
            raise ConfigError(
                f"{paths['share_per_author']}: found {share:g}, less than one window of an author; "
                f"allowed is at least 1 / {paths['per_seed']}, which is 1 / {windows.per_seed}"
            )


def _windows_paths(study: Study, corpus: str) -> dict[str, str]:
    """The YAML path of each key of a corpus's windows: its own, or the study's."""
    own = study.corpora[corpus].windows
    given = own.model_dump(exclude_none=True) if own else {}
    return {
        key: f"corpora.{corpus}.windows.{key}" if key in given else f"windows.{key}"
        for key in Windows.model_fields
    }


def _check_positions(windows: Windows, paths: Mapping[str, str]) -> None:
    if windows.min_position >= windows.length:
        raise ConfigError(
            f"{paths['min_position']}: found {windows.min_position}; "
            f"allowed is less than {paths['length']}, which is {windows.length}"
        )
    last = windows.length - 1 if windows.max_position is None else windows.max_position
    if not windows.min_position <= last < windows.length:
        raise ConfigError(
            f"{paths['max_position']}: found {last}; allowed is from {paths['min_position']} "
            f"({windows.min_position}) to the window's last position, {windows.length - 1}"
        )
    room = last + 1 - windows.min_position
    if windows.positions > room:
        raise ConfigError(
            f"{paths['positions']}: found {windows.positions}; allowed is at most {room}, the "
            f"positions from {paths['min_position']} ({windows.min_position}) to {last}"
        )


def _check_ranges(study: Study) -> None:
    for corpus in dict.fromkeys(arm.corpus for arm in arms(study)):
        # A prediction has the distances up to its position; without the first k sources, it lacks the
        # k largest of them.
        shortest = windows_of(study, corpus).min_position
        path = _windows_paths(study, corpus)["min_position"]
        measured = shortest - max(study.skip_sources)
        if measured < 2:
            raise ConfigError(
                f"skip_sources: found {max(study.skip_sources)}; allowed is at most "
                f"{shortest - 2}, so that distances remain below {path}"
            )
        for index, label in enumerate(study.decay.ranges):
            _check_range(f"decay.ranges[{index}]", label, measured, path)


def _check_range(path: str, label: str, measured: int, limited_by: str) -> None:
    limits = parse_range(label)
    if limits is None:
        return
    low, high = limits
    if low >= high:
        raise ConfigError(
            f"{path}: found {label!r}, which is reversed or empty; "
            "allowed is LOWEST..HIGHEST with LOWEST below HIGHEST"
        )
    if high > measured:
        raise ConfigError(
            f"{path}: found {label!r}; allowed is at most {measured}, the largest distance that "
            f"every prediction has ({limited_by} less the largest skip_sources)"
        )
