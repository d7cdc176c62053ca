"""What follows from a study: its arms, and the windows, checkpoints and sources that they need."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from token_influence.config.corpora import Windows
from token_influence.config.schema import Study
from token_influence.config.section import plain
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
        """The names that identify the arm, by `model`, `weights`, `corpus` and `order`."""
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

    @property
    def at_step(self) -> bool:
        """Whether its weights are those after some number of training steps (`stepN`)."""
        return self.weights.startswith("step")


def text_of(study: Study, corpus: str) -> str:
    """Key of the corpus that holds the text: `corpus` itself, or the one that its `text_of` names."""
    return study.corpora[corpus].text_of or corpus


def arms(study: Study) -> list[Arm]:
    """The study's arms in the order of its groups, each once, with the objectives of all groups.

    Arms that need a source whose terms are not accepted are left out.
    """
    return [arm for arm in _all_arms(study) if not _unaccepted(study, arm)]


def left_out(study: Study) -> dict[str, int]:
    """For each source whose terms are not accepted, the number of arms that are left out for it."""
    return dict(Counter(name for arm in _all_arms(study) for name in _unaccepted(study, arm)))


def source_at(study: Study, name: str, weights: str) -> tuple[str, Source]:
    """Key and source of a model's weights, where `name` is the source of the model.

    For `stepN` and a source on the hub, that is the revision stepN of its repo, with the key
    `name@stepN`; keys of the configuration cannot contain an '@'. For all else, it is `name` itself.
    """
    source = study.sources[name]
    if source.hub is None or not weights.startswith("step"):
        return name, source
    hub = source.hub.model_copy(update={"revision": weights})
    return f"{name}@{weights}", source.model_copy(update={"hub": hub})


def sources_of_model(study: Study, model: str) -> list[str]:
    """Keys of the sources that a model needs: its own one, or those of the texts it is trained on."""
    entry = study.models[model]
    if entry.training is None:
        return [entry.source]
    corpora = [study.corpora[name] for name in entry.training.corpora]
    return list(dict.fromkeys(source for corpus in corpora for source in corpus.sources))


def checkpoint_of(study: Study, model: str, weights: str) -> str:
    """Name of the stored checkpoint that a model's weights need.

    Random weights need the architecture of the trained checkpoint. For a model trained here, the trained
    checkpoint is the one after its last step.
    """
    if weights not in ("trained", "random"):
        return weights
    training = study.models[model].training
    return f"step{training.checkpoints[-1]}" if training else "trained"


def earlier_seeds(study: Study, seed: int) -> list[int]:
    """The seeds listed before `seed`: windows of `seed` must not overlap with theirs."""
    return study.seeds[: study.seeds.index(seed)]


def _all_arms(study: Study) -> list[Arm]:
    objectives: dict[tuple[str, str, str, str], list[str]] = {}
    for group in study.arms:
        for model in group.models:
            for weights in group.weights:
                for corpus in group.corpora:
                    for order in group.orders:
                        known = objectives.setdefault((model, weights, corpus, order), [])
                        known.extend(o for o in group.objectives if o not in known)
    return [Arm(*names, objectives=tuple(measured)) for names, measured in objectives.items()]


def _unaccepted(study: Study, arm: Arm) -> list[str]:
    """Keys of the sources that an arm needs and whose terms are not accepted."""
    own = sources_of_model(study, arm.model)
    needed = dict.fromkeys([*own, *study.corpora[arm.corpus].sources])
    return [n for n in needed if study.sources[n].terms and n not in study.accept_terms]


def windows_of(study: Study, corpus: str) -> Windows:
    """The windows that are drawn from a corpus: its own keys, and for the rest the study's `windows`."""
    own = study.corpora[corpus].windows
    return study.windows.model_copy(update=own.model_dump(exclude_none=True) if own else {})


def filled_in(study: Study) -> dict[str, Any]:
    """The study as plain data with every default filled in, the windows of each corpus too.

    Captions of figures and tables read it; they find every key there.
    """
    whole = plain(study)
    for name in study.corpora:
        whole["corpora"][name]["windows"] = windows_of(study, name).model_dump()
    return whole
