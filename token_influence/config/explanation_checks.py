"""Checks that the keys of the section `faithfulness` fit together and fit the rest of the study."""

from itertools import product

from token_influence.config.checks import MOST_MEASUREMENTS, known
from token_influence.config.explained import all_explanations
from token_influence.config.faithfulness import (
    PRESETS,
    ExplanationGroup,
    Faithfulness,
    PassageGroup,
)
from token_influence.config.schema import Study
from token_influence.errors import ConfigError


def check_explanations(study: Study) -> None:
    """Raise ConfigError, one sentence, if what is explained is not defined, too much, or named twice."""
    section = study.faithfulness
    if section is None:
        return
    for name, data in section.data.items():
        path = f"faithfulness.data.{name}.source"
        known(path, [data.source], study.sources, "source", listed=False)
    for name in section.conventions:
        if name in PRESETS:
            raise ConfigError(
                f"faithfulness.conventions: found the name {name!r}, which is that of a preset; allowed "
                "is any other name"
            )
    for index, group in enumerate(section.groups):
        path = f"faithfulness.groups[{index}]"
        known(f"{path}.models", group.models, study.models, "model")
        known(f"{path}.data", group.data, section.data, "data")
        conventions = [*PRESETS, *section.conventions]
        known(f"{path}.conventions", group.conventions, conventions, "conventions")
    _check_examined(section)
    _check_number(section)
    _check_unique(study)


def _check_examined(section: Faithfulness) -> None:
    """Models and data of `spectrum` and `sanity` are those of the groups, which are checked anyway."""
    for key, kind in product(("spectrum", "sanity"), ("models", "data")):
        named = sorted({name for group in section.groups for name in getattr(group, kind)})
        for index, name in enumerate(getattr(getattr(section, key), kind, [])):
            if name not in named:
                raise ConfigError(
                    f"faithfulness.{key}.{kind}[{index}]: found {name!r}, which no group names; "
                    f"allowed: {', '.join(named)}"
                )


def _check_number(section: Faithfulness) -> None:
    """Refuse so many jobs that planning them would take too long."""
    jobs = 0
    groups: list[ExplanationGroup | PassageGroup] = [*section.groups]
    groups += filter(None, (section.spectrum, section.sanity))
    for group in groups:
        pieces = group.passages // section.passages_per_job + 1
        for key in ("models", "data", "conventions", "methods", "measures"):
            pieces *= len(getattr(group, key, [""]))
        jobs += pieces
    if jobs > MOST_MEASUREMENTS:
        raise ConfigError(
            f"faithfulness: found about {jobs} jobs; allowed are at most {MOST_MEASUREMENTS}: take more "
            "passages_per_job, or fewer methods or passages"
        )


def _check_unique(study: Study) -> None:
    seen = set()
    for explanation in all_explanations(study):
        names = tuple(explanation.keys.values())
        if names in seen:
            raise ConfigError(
                f"faithfulness.groups: found {', '.join(names)} a second time; each combination is "
                "allowed once"
            )
        seen.add(names)
