"""What follows from a study: its arms, and what each of their models and corpora needs."""

from collections import Counter
from dataclasses import dataclass

from token_influence.config.schema import Study, Windows
from token_influence.config.sources import Source


@dataclass(frozen=True, order=True)
class Arm:
    """One (model, weights, corpus, order) and the objectives measured on it."""

    model: str
    weights: str
    corpus: str
    order: str
    objectives: tuple[str, ...]

    @property
    def keys(self) -> dict[str, str]:
        """What names the arm: model, weights, corpus and order."""
        return {
            "model": self.model,
            "weights": self.weights,
            "corpus": self.corpus,
            "order": self.order,
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The values of `keys`, in their order."""
        return tuple(self.keys.values())


def text_of(study: Study, corpus: str) -> str:
    """The corpus whose text this one has: itself, or the one that its `text_of` names."""
    return study.corpora[corpus].text_of or corpus


def arms(study: Study) -> list[Arm]:
    """The study's arms: the union of its groups, each arm with all its objectives, in a fixed order.

    Arms that need a source whose terms are not accepted are left out.
    """
    return [arm for arm in _all_arms(study) if not _unaccepted(study, arm)]


def left_out(study: Study) -> dict[str, int]:
    """How many arms each source with terms that are not accepted leaves out."""
    return dict(Counter(name for arm in _all_arms(study) for name in _unaccepted(study, arm)))


def source_at(study: Study, name: str, weights: str) -> tuple[str, Source]:
    """Key and source of a model's weights: `name` itself, or for stepN that revision of its repo.

    The key of a revision is `name@stepN`; no key of the configuration can hold an '@'.
    """
    source = study.sources[name]
    if source.hub is None or not weights.startswith("step"):
        return name, source
    hub = source.hub.model_copy(update={"revision": weights})
    return f"{name}@{weights}", source.model_copy(update={"hub": hub})


def sources_of_model(study: Study, model: str) -> list[str]:
    """Keys of the sources that a model needs: its own, or those of what it is trained on."""
    entry = study.models[model]
    if entry.training is None:
        return [entry.source]
    found = (study.corpora[corpus].sources for corpus in entry.training.corpora)
    return list(dict.fromkeys(name for names in found for name in names))


def _all_arms(study: Study) -> list[Arm]:
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for group in study.arms:
        for model in group.models:
            for weights in group.weights:
                for corpus in group.corpora:
                    for order in group.orders:
                        known = found.setdefault((model, weights, corpus, order), [])
                        known.extend(o for o in group.objectives if o not in known)
    return [Arm(*key, objectives=tuple(objectives)) for key, objectives in found.items()]


def _unaccepted(study: Study, arm: Arm) -> list[str]:
    """The sources of an arm whose terms are not accepted."""
    own = sources_of_model(study, arm.model)
    needed = dict.fromkeys([*own, *study.corpora[arm.corpus].sources])
    return [n for n in needed if study.sources[n].terms and n not in study.accept_terms]


def windows_of(study: Study, corpus: str) -> Windows:
    """What is drawn from a corpus: the study's `windows`, with the corpus's own keys laid over."""
    own = study.corpora[corpus].windows
    return study.windows.model_copy(update=own.model_dump(exclude_none=True) if own else {})
