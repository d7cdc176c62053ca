"""What follows from the section `series`: which model continues which series."""

from dataclasses import dataclass

from token_influence.config.derived import sources_of_model
from token_influence.config.schema import Study


@dataclass(frozen=True)
class Forecast:
    """One model, and the series of one system, or one series of the user's own."""

    model: str
    system: str

    @property
    def keys(self) -> dict[str, str]:
        """The names that identify it."""
        return {"model": self.model, "system": self.system}


def forecasts(study: Study) -> list[Forecast]:
    """All pairs of a model and a system or series; none if `series` is null.

    Models that need a source whose terms are not accepted are left out.
    """
    section = study.series
    if section is None:
        return []
    return [
        Forecast(model, system)
        for model in section.models
        if not _unaccepted(study, model)
        for system in [*section.systems, *section.own]
    ]


def own_values(study: Study, system: str) -> list[float] | None:
    """The values of a series of the user's own; None for a system."""
    return study.series.own.get(system) if study.series else None


def _unaccepted(study: Study, model: str) -> bool:
    """Whether a model needs a source whose terms are not accepted."""
    names = sources_of_model(study, model)
    return any(study.sources[n].terms and n not in study.accept_terms for n in names)
