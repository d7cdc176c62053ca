"""Checks that the keys of the section `series` fit together and fit the rest of the study."""

from collections.abc import Sequence

from token_influence.config.checks import known
from token_influence.config.schema import Study
from token_influence.config.series import SYSTEMS
from token_influence.errors import ConfigError


def check_forecasts(study: Study) -> None:
    """Raise ConfigError, one sentence, if the section `series` does not fit the rest of the study."""
    section = study.series
    if section is None:
        return
    known("series.models", section.models, study.models, "model")
    for key in ("models", "systems", "methods"):
        _check_unique(f"series.{key}", getattr(section, key))
    if not section.systems and not section.own:
        raise ConfigError(
            f"series.systems: found none; allowed is at least one of {', '.join(SYSTEMS)}, or a "
            "series in series.own"
        )
    if taken := [name for name in section.own if name in SYSTEMS]:
        raise ConfigError(
            f"series.own: found the name {taken[0]!r}, which is that of a system; allowed is any other"
        )


def _check_unique(path: str, values: Sequence[str]) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise ConfigError(
                f"{path}[{index}]: found {value!r} a second time; each is allowed once"
            )
