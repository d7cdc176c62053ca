"""From a raw mapping to a checked study, with one sentence for what is wrong with it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from token_influence.config.schema import Corpus, Model, Source, Study, Windows
from token_influence.errors import ConfigError

HERE: dict[str, Any] = {"local": None, "licence": None}  # of an entry whose source stands elsewhere


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


def load_study(raw: Mapping[str, Any]) -> Study:
    """Validate a raw configuration (as YAML gives it).

    Raises ConfigError with one sentence: YAML path, what was found, what is allowed.
    """
    try:
        study = Study.model_validate(dict(raw))
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from None
    study = _with_shared_texts(_with_local_sources(study))
    _check_references(study)
    _check_terms(study)
    _check_hub_sources(study)
    _check_seeds_and_skips(study)
    _check_windows(study)
    _check_ranges(study)
    _check_headline(study)
    return study


def _with_local_sources(study: Study) -> Study:
    """The study in full: what is `local` in an entry becomes a source of the entry's name."""
    sources = dict(study.sources)

    def moved(entry: Model | Corpus, path: str, name: str) -> None:
        if name in sources:
            raise ConfigError(
                f"{path}.{name}.local: found a source called {name!r} already; "
                "allowed is a name that no source and no other entry with `local` has"
            )
        licence = entry.licence or "not stated"
        sources[name] = Source(local=entry.local, licence=licence)

    models, corpora = dict(study.models), dict(study.corpora)
    for name, model in study.models.items():
        if model.local is not None:
            moved(model, "models", name)
            file = Path(model.local).name
            gguf = model.gguf or (file if file.endswith(".gguf") else None)
            models[name] = model.model_copy(update=HERE | {"source": name, "gguf": gguf})
    for name, corpus in study.corpora.items():
        if corpus.local is not None:
            moved(corpus, "corpora", name)
            reader = corpus.reader or "text"
            corpora[name] = corpus.model_copy(update=HERE | {"sources": [name], "reader": reader})
    return study.model_copy(update={"sources": sources, "models": models, "corpora": corpora})


def _with_shared_texts(study: Study) -> Study:
    """The study, where a corpus that has another one's text says how that is read."""
    corpora = dict(study.corpora)
    owners = [name for name, corpus in study.corpora.items() if corpus.text_of is None]
    for name, corpus in study.corpora.items():
        if corpus.text_of is not None:
            _known(f"corpora.{name}.text_of", [corpus.text_of], owners, "corpus", listed=False)
            owner = study.corpora[corpus.text_of]
            own = {"text_of": corpus.text_of, "windows": corpus.windows}
            corpora[name] = owner.model_copy(update=own)
    return study.model_copy(update={"corpora": corpora})


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
    needed = dict.fromkeys([study.models[arm.model].source, *study.corpora[arm.corpus].sources])
    return [n for n in needed if study.sources[n].terms and n not in study.accept_terms]


def windows_of(study: Study, corpus: str) -> Windows:
    """What is drawn from a corpus: the study's `windows`, with the corpus's own keys laid over."""
    own = study.corpora[corpus].windows
    return study.windows.model_copy(update=own.model_dump(exclude_none=True) if own else {})


def parse_range(label: str) -> tuple[int, int] | None:
    """The distances of a range label such as '1..100', both ends included; None for 'full'."""
    if label == "full":
        return None
    low, high = label.split("..")
    return int(low), int(high)


def _sentence(error: ValidationError) -> str:
    """The first finding of pydantic, as path, what was found, what is allowed."""
    first = error.errors()[0]
    path = _yaml_path(first["loc"])
    found = first["input"]
    match first["type"]:
        case "extra_forbidden":
            key, allowed = str(first["loc"][-1]), _allowed_keys(first["loc"][:-1])
            close = get_close_matches(key, allowed, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            return f"{path}: unknown key{hint}; allowed here: {', '.join(allowed)}"
        case "missing":
            return f"{path}: the key is missing; it must be given"
        case "string_pattern_mismatch" if first["loc"][-1:] == ("[key]",):
            return (
                f"{_yaml_path(first['loc'][:-2])}: found the name {found!r}, allowed are lower-case "
                "letters, digits, '.', '_' and '-', beginning with a letter or digit"
            )
        case "string_pattern_mismatch" if "ranges" in first["loc"] or "range" in first["loc"]:
            return (
                f"{path}: found {found!r}, allowed is 'full' or 'LOWEST..HIGHEST', such as '1..100'"
            )
        case "string_pattern_mismatch" if "weights" in first["loc"]:
            return (
                f"{path}: found {found!r}, allowed are 'trained', 'random' and 'stepN', such as "
                "'step1000', for a checkpoint of the training"
            )
        case "string_pattern_mismatch" if path == "results":
            return f"{path}: found {found!r}, allowed is a folder below this one, such as 'results'"
        case "value_error":
            return f"{path}: {first['ctx']['error']}"
        case "too_short":
            return f"{path}: found an empty list; allowed is a list of at least one entry"
        case "model_type" | "dict_type":
            return f"{path}: found {_shown(found)}; allowed is a mapping of keys"
    return f"{path}: found {_shown(found)}; {first['msg'].replace('Input should be', 'allowed is')}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _yaml_path(location: Sequence[str | int]) -> str:
    """'arms[0].orders' from ('arms', 0, 'orders')."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".") or "the configuration"


def _allowed_keys(location: Sequence[str | int]) -> list[str]:
    """The keys of the section at `location`."""
    section: Any = Study
    for part in location:
        if isinstance(section, type) and issubclass(section, BaseModel):
            section = section.model_fields[str(part)].annotation
        else:  # the members of a list or of a mapping
            section = section.__args__[-1]
        if not isinstance(section, type) and type(None) in getattr(section, "__args__", ()):
            section = section.__args__[0]
    return list(section.model_fields)


def _check_references(study: Study) -> None:
    for name, model in study.models.items():
        _known(f"models.{name}.source", [model.source], study.sources, "source", listed=False)
    for name, corpus in study.corpora.items():
        _known(f"corpora.{name}.sources", corpus.sources, study.sources, "source")
        _unique(f"corpora.{name}.sources", corpus.sources)
    for index, group in enumerate(study.arms):
        _known(f"arms[{index}].models", group.models, study.models, "model")
        _known(f"arms[{index}].corpora", group.corpora, study.corpora, "corpus")


def _check_terms(study: Study) -> None:
    _known("accept_terms", study.accept_terms, study.sources, "source")
    if not arms(study):
        name = next(iter(left_out(study)))
        raise ConfigError(
            f"accept_terms: found {study.accept_terms}, so that no arm is left; to measure any, read "
            f"{study.sources[name].terms} and add {name!r}"
        )


def _check_hub_sources(study: Study) -> None:
    for name, model in study.models.items():
        hub = study.sources[model.source].hub
        if hub and hub.type == "dataset":
            raise ConfigError(
                f"models.{name}.source: found {model.source!r}, which is a dataset; allowed is a "
                "source that holds a model"
            )
    for arm in arms(study):
        source = study.models[arm.model].source
        if arm.weights.startswith("step") and study.sources[source].hub is None:
            raise ConfigError(
                f"models.{arm.model}.source: found {source!r}, which is not of the kind hub; for the "
                f"weights {arm.weights!r}, allowed is a repo that has them as a revision"
            )


def _known(
    path: str, names: Sequence[str], known: Iterable[str], what: str, listed: bool = True
) -> None:
    for index, name in enumerate(names):
        if name not in known:
            place = f"{path}[{index}]" if listed else path
            raise ConfigError(
                f"{place}: found the {what} {name!r}, which is not defined; "
                f"allowed: {', '.join(sorted(known)) or 'none is defined'}"
            )


def _unique(path: str, values: Sequence[Any]) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise ConfigError(
                f"{path}[{index}]: found {value!r} a second time; each may stand once"
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
        windows, at = windows_of(study, arm.corpus), _windows_paths(study, arm.corpus)
        context = study.models[arm.model].context
        if context is not None and windows.length > context:
            raise ConfigError(
                f"{at['length']}: found {windows.length}; allowed is at most {context}, "
                f"the registered context of the model {arm.model!r}"
            )
        _check_positions(windows, at)


def _windows_paths(study: Study, corpus: str) -> dict[str, str]:
    """The YAML path of each key that says what is drawn from a corpus."""
    own = study.corpora[corpus].windows
    given = own.model_dump(exclude_none=True) if own else {}
    return {
        key: f"corpora.{corpus}.windows.{key}" if key in given else f"windows.{key}"
        for key in Windows.model_fields
    }


def _check_positions(windows: Windows, at: Mapping[str, str]) -> None:
    if windows.min_position >= windows.length:
        raise ConfigError(
            f"{at['min_position']}: found {windows.min_position}; "
            f"allowed is less than {at['length']}, which is {windows.length}"
        )
    last = windows.length - 1 if windows.max_position is None else windows.max_position
    if not windows.min_position <= last < windows.length:
        raise ConfigError(
            f"{at['max_position']}: found {last}; allowed is from {at['min_position']} "
            f"({windows.min_position}) to the window's last position, {windows.length - 1}"
        )
    room = last + 1 - windows.min_position
    if windows.positions > room:
        raise ConfigError(
            f"{at['positions']}: found {windows.positions}; allowed is at most {room}, the positions "
            f"from {at['min_position']} ({windows.min_position}) to {last}"
        )


def _check_ranges(study: Study) -> None:
    for corpus in dict.fromkeys(arm.corpus for arm in arms(study)):
        # Every prediction has the distances up to its position; leaving out the first k sources
        # takes the k largest of them away.
        shortest = windows_of(study, corpus).min_position
        at = _windows_paths(study, corpus)["min_position"]
        measured = shortest - max(study.skip_sources)
        if measured < 2:
            raise ConfigError(
                f"skip_sources: found {max(study.skip_sources)}; allowed is at most "
                f"{shortest - 2}, so that distances remain below {at}"
            )
        for index, label in enumerate(study.decay.ranges):
            _check_range(f"decay.ranges[{index}]", label, measured, at)


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
