"""What follows from the section `faithfulness`: what is attributed and judged, on which passages."""

from collections import Counter
from dataclasses import dataclass

from token_influence.config.derived import sources_of_model
from token_influence.config.faithfulness import (
    PRESETS,
    REFERENCED,
    ConventionSet,
    ExplanationGroup,
    PassageGroup,
)
from token_influence.config.schema import Study


@dataclass(frozen=True)
class Decomposition:
    """The predictions of one model on one data set whose Fisher spectrum is measured."""

    model: str
    data: str
    passages: range

    @property
    def keys(self) -> dict[str, str]:
        """The names that identify it."""
        return {"model": self.model, "data": self.data}


@dataclass(frozen=True)
class SanityCheck:
    """The predictions whose scores by one method are compared between trained and random weights."""

    model: str
    data: str
    method: str
    passages: range

    @property
    def keys(self) -> dict[str, str]:
        """The names that identify it."""
        return {"model": self.model, "data": self.data, "method": self.method}


@dataclass(frozen=True)
class Explanation:
    """One (model, data, conventions, method, measure), and the numbers of its passages."""

    model: str
    data: str
    conventions: str
    method: str
    measure: str
    passages: range

    @property
    def keys(self) -> dict[str, str]:
        """The names that identify it; no other explanation of a study has the same."""
        return {
            "model": self.model,
            "data": self.data,
            "conventions": self.conventions,
            "method": self.method,
            "measure": self.measure,
        }


Examined = Explanation | Decomposition | SanityCheck


def explanations(study: Study) -> list[Explanation]:
    """The study's explanations in the order of its groups; none if `faithfulness` is null.

    Those that need a source whose terms are not accepted are left out.
    """
    return [each for each in all_explanations(study) if not _unaccepted(study, each)]


def explanations_left_out(study: Study) -> dict[str, int]:
    """For each source whose terms are not accepted, the number of explanations left out for it."""
    everything = all_explanations(study)
    return dict(Counter(name for each in everything for name in _unaccepted(study, each)))


def all_explanations(study: Study) -> list[Explanation]:
    """All combinations of the groups, whatever terms are accepted."""
    groups = study.faithfulness.groups if study.faithfulness else []
    return [
        Explanation(
            *(model, data, conventions, method, measure),
            passages=_range(group),
        )
        for group in groups
        for model in group.models
        for data in group.data
        for conventions in group.conventions
        for measure in group.measures
        for method in group.methods
    ]


def decompositions(study: Study) -> list[Decomposition]:
    """What the key `faithfulness.spectrum` asks for, without what needs terms that are not accepted."""
    group = study.faithfulness.spectrum if study.faithfulness else None
    if group is None:
        return []
    found = [
        Decomposition(model, data, _range(group)) for model in group.models for data in group.data
    ]
    return [each for each in found if not _unaccepted(study, each)]


def sanity_checks(study: Study) -> list[SanityCheck]:
    """What the key `faithfulness.sanity` asks for, without what needs terms that are not accepted."""
    group = study.faithfulness.sanity if study.faithfulness else None
    if group is None:
        return []
    found = [
        SanityCheck(model, data, method, _range(group))
        for model in group.models
        for data in group.data
        for method in group.methods
    ]
    return [each for each in found if not _unaccepted(study, each)]


def _range(group: ExplanationGroup | PassageGroup) -> range:
    return range(group.first_passage, group.first_passage + group.passages)


def spans(passages: range, size: int) -> list[str]:
    """The numbers of `passages` in pieces `FIRST-LAST` that end where a multiple of `size` does.

    So other passages of the same data share the pieces that they have in common.

    >>> spans(range(60, 130), 32)
    ['60-63', '64-95', '96-127', '128-129']
    """
    limits = range(passages.start // size * size, passages.stop, size)
    return [f"{max(low, passages.start)}-{min(low + size, passages.stop) - 1}" for low in limits]


def conventions_of(study: Study, name: str) -> ConventionSet:
    """The conventions of this name: a preset, or the study's own."""
    if name in PRESETS or study.faithfulness is None:
        return ConventionSet.model_validate({"preset": name})
    return study.faithfulness.conventions[name]


def reads_begin_of_text(study: Study, name: str) -> bool:
    """Whether passages are read after a begin-of-text token under the conventions of this name."""
    return bool(conventions_of(study, name).begin_of_text)  # neither preset does


def referenced(measure: str) -> bool:
    """Whether a measure compares all methods with a reference that is measured once."""
    return measure in REFERENCED


def _unaccepted(study: Study, explanation: Examined) -> list[str]:
    """Keys of the sources that an explanation needs and whose terms are not accepted."""
    needed = sources_of_explanation(study, explanation)
    return [n for n in needed if study.sources[n].terms and n not in study.accept_terms]


def sources_of_explanation(study: Study, explanation: Examined) -> list[str]:
    """Keys of the sources of the passages and of the model."""
    assert study.faithfulness is not None
    passages = study.faithfulness.data[explanation.data].source
    return list(dict.fromkeys([passages, *sources_of_model(study, explanation.model)]))
