"""The configuration: what is accepted, and the sentence for everything that is not."""

import copy
import json

import jsonschema
import pytest
import yaml
from tiny_study import REPOSITORY

from token_influence.config import (
    Study,
    arms,
    left_out,
    load_study,
    source_at,
    text_of,
    windows_of,
)
from token_influence.errors import ConfigError

DEFAULT = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
MODEL = "smollm2-135m-instruct-q4_1"


def change(path: str, value: object) -> dict:
    """The default study with the value at a path such as 'arms/0/models' set (None removes it)."""
    raw = copy.deepcopy(DEFAULT)
    hub = {"repo": "a/b", "revision": "main", "type": "dataset", "files": ["*"]}
    raw["sources"]["a-dataset"] = {"licence": "own", "hub": hub}
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    section = raw
    for part in parents:
        section = section[part]
    if value is None:
        del section[last]
    else:
        section[last] = value
    return raw


def refusal(raw: dict) -> str:
    with pytest.raises(ConfigError) as caught:
        load_study(raw)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_the_default_study_is_the_one_that_is_promised():
    study = load_study(DEFAULT)
    found = {(a.weights, a.corpus, a.order): a.objectives for a in arms(study)}
    both = ("true_logit", "predicted_logit")
    assert found == {
        ("trained", "gutenberg", "intact"): both,
        ("trained", "wikipedia", "intact"): both,
        ("trained", "gutenberg", "shuffled"): ("true_logit",),
        ("trained", "wikipedia", "shuffled"): ("true_logit",),
        ("random", "gutenberg", "intact"): ("true_logit",),
    }
    windows = study.windows
    assert windows.length == 512
    assert windows.per_seed * len(study.seeds) >= 24
    assert windows.positions >= 4
    assert windows.min_position >= 256


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        # unknown keys, at every depth
        ("color", 1, ["color: unknown key", "allowed here: sources, accept_terms"]),
        ("windows/lenght", 1, ["windows.lenght: unknown key (did you mean 'length'?)"]),
        (
            "sources/smollm2/package/sha265",
            "0",
            ["sources.smollm2.package.sha265", "did you mean 'sha256'?"],
        ),
        ("arms/0/order", ["intact"], ["arms[0].order: unknown key (did you mean 'orders'?)"]),
        ("decay/bootstrap/n", 1, ["decay.bootstrap.n: unknown key", "resamples"]),
        ("corpora/gutenberg/kind", "x", ["corpora.gutenberg.kind: unknown key", "reader"]),
        # wrong types
        ("windows/length", "512", ["windows.length: found '512'", "integer"]),
        ("windows/length", True, ["windows.length: found True", "integer"]),
        ("windows/length", 12.5, ["windows.length: found 12.5", "integer"]),
        ("windows", [], ["windows: found []", "mapping"]),
        ("arms", {}, ["arms: found {}", "list"]),
        ("sources/smollm2/package/version", 0.6, ["package.version: found 0.6", "string"]),
        # out of range
        ("windows/length", 0, ["windows.length: found 0", "greater than or equal to 2"]),
        ("decay/bootstrap/interval", 1.5, ["decay.bootstrap.interval: found 1.5", "less than 1"]),
        ("influence/torch_threads", 0, ["influence.torch_threads: found 0"]),
        ("influence/dtype", "float16", ["influence.dtype: found 'float16'", "'bfloat16'"]),
        ("influence/precision", {"exponent": 0}, ["influence.precision.exponent: found 0"]),
        ("influence/precision", {"p": 1}, ["influence.precision.p: unknown key", "exponent"]),
        ("influence/memory_mb", 0, ["influence.memory_mb: found 0"]),
        ("seeds", [-1], ["seeds[0]: found -1", "greater than or equal to 0"]),
        # unknown names
        ("arms/0/models", ["gpt9"], ["arms[0].models[0]", "'gpt9'", f"allowed: {MODEL}"]),
        ("arms/1/corpora", ["gutenberg", "x"], ["arms[1].corpora[1]", "gutenberg, wikipedia"]),
        ("arms/0/objectives", ["x"], ["arms[0].objectives[0]: found 'x'", "'true_logit'"]),
        ("arms/0/orders", ["sorted"], ["arms[0].orders[0]: found 'sorted'", "'shuffled'"]),
        ("decay/families", ["linear"], ["decay.families[0]: found 'linear'", "'power_law'"]),
        (f"models/{MODEL}/source", "x", [f"models.{MODEL}.source", "'x'", "botchan"]),
        ("corpora/gutenberg/sources", ["x"], ["corpora.gutenberg.sources[0]", "'x'"]),
        ("sources/Bad Name", {"local": "x", "licence": "own"}, ["'Bad Name'", "lower-case"]),
        # windows, seeds, arms
        ("windows/length", 9000, ["windows.length: found 9000", "8192", "context", MODEL]),
        ("windows/min_position", 512, ["windows.min_position: found 512", "less than"]),
        ("windows/positions", 300, ["windows.positions: found 300", "at most 256"]),
        ("windows/max_position", 512, ["windows.max_position: found 512", "from", "511"]),
        ("windows/max_position", 257, ["windows.positions: found 4", "at most 2", "to 257"]),
        (
            "corpora/wikipedia/windows",
            {"length": 9000},
            ["corpora.wikipedia.windows.length: found 9000", "8192"],
        ),
        (
            "corpora/wikipedia/windows",
            {"length": 128},
            ["windows.min_position: found 256", "less than corpora.wikipedia.windows.length"],
        ),
        (
            "corpora/wikipedia/windows",
            {"min_position": 64},
            [
                "decay.ranges[0]: found '1..100'",
                "at most 60",
                "corpora.wikipedia.windows.min_position",
            ],
        ),
        # one text for several corpora
        ("corpora/gutenberg", {"text_of": "x"}, ["corpora.gutenberg.text_of", "'x'", "wikipedia"]),
        (
            "corpora/gutenberg",
            {"text_of": "wikipedia", "documents": 3},
            ["corpora.gutenberg: found documents beside text_of", "only windows"],
        ),
        (
            "corpora/gutenberg",
            {"reader": "gutenberg"},
            ["corpora.gutenberg: exactly one of the keys sources, local, text_of"],
        ),
        ("corpora/gutenberg/documents", 0, ["corpora.gutenberg.documents: found 0"]),
        ("results", "../elsewhere", ["results: found '../elsewhere'", "below this one"]),
        ("arms/0/weights", ["step01"], ["arms[0].weights[0]: found 'step01'", "'stepN'"]),
        ("seeds", [], ["seeds: found an empty list"]),
        ("seeds", [3, 1, 3], ["seeds[2]: found 3 a second time"]),
        ("arms/0/models", [], ["arms[0].models: found an empty list"]),
        ("arms", [], ["arms: found an empty list"]),
        # fit ranges
        ("decay/ranges", ["1..100", "100..1"], ["decay.ranges[1]: found '100..1'", "reversed"]),
        ("decay/ranges", ["1..100", "1..253"], ["decay.ranges[1]: found '1..253'", "at most 252"]),
        ("decay/ranges", ["1-100"], ["decay.ranges[0]: found '1-100'", "LOWEST..HIGHEST"]),
        ("decay/ranges", [[1, 100]], ["decay.ranges[0]: found [1, 100]"]),
        ("skip_sources", [0, 300], ["skip_sources: found 300", "at most 254"]),
        ("headline/range", "1..50", ["headline.range: found '1..50'", "1..100"]),
        ("headline/skip_sources", 2, ["headline.skip_sources: found 2", "[0, 4]"]),
        # missing
        ("decay", None, ["decay: the key is missing"]),
        ("sources/smollm2/licence", None, ["sources.smollm2.licence: the key is missing"]),
        ("sources/smollm2/local", "x", ["sources.smollm2: exactly one of"]),
        # sources
        (
            "sources/botchan",
            {"licence": "own", "hub": {"repo": "a/b", "revision": "main", "type": "dataset"}},
            ["sources.botchan.hub: a dataset needs the key files"],
        ),
        (
            "sources/botchan",
            {"licence": "own", "hub": {"repo": "a/b/c", "revision": "main"}},
            ["sources.botchan.hub.repo: found 'a/b/c'"],
        ),
        (
            f"models/{MODEL}/source",
            "a-dataset",
            [f"models.{MODEL}.source: found 'a-dataset', which is a dataset"],
        ),
        ("arms/0/weights", ["step9"], [f"models.{MODEL}.source: found 'smollm2'", "kind hub"]),
        *(
            (
                "sources/botchan",
                {"licence": "own", "url": {"mirrors": [address], "sha256": "0" * 64}},
                ["sources.botchan.url.mirrors[0]: the address", finding],
            )
            for address, finding in [
                ("file:///etc/passwd", "must begin with https:// or http://"),
                ("https:///nowhere.txt", "name a host"),
                ("https://me:s3cret@host/a.txt", "holds a login, which"),
                ("https://host/folder/", "must end in the name of a file"),
            ]
        ),
        # terms
        ("accept_terms", ["x"], ["accept_terms[0]: found the source 'x'"]),
        (
            "sources/smollm2/terms",
            "https://host/terms",
            ["accept_terms: found []", "no arm is left", "https://host/terms", "'smollm2'"],
        ),
    ],
)
def test_bad_input_gets_one_sentence_with_path_finding_and_allowed(path, value, parts):
    sentence = refusal(change(path, value))
    for part in parts:
        assert part in sentence


SMALL = yaml.safe_load((REPOSITORY / "studies/emergence-small.yaml").read_text())


def small(path: str, value: object) -> dict:
    """The emergence study as laid over the default one, with one key changed, or removed (None)."""
    raw = copy.deepcopy(DEFAULT)
    for section, entry in copy.deepcopy(SMALL).items():
        raw[section] = raw[section] | entry if isinstance(entry, dict) else entry
    *parents, last = path.split("/")
    section = raw
    for part in parents:
        section = section[int(part) if part.isdigit() else part]
    if value is None:
        del section[last]
    else:
        section[last] = value
    return raw


TRAINING = "models/neox-small/training"


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        (f"{TRAINING}/corpora", ["x"], [".training.corpora[0]", "'x'", "gutenberg, wikipedia"]),
        (f"{TRAINING}/corpora", ["gutenberg-held-out"], ["training.corpora[0]", "gutenberg"]),
        (f"{TRAINING}/corpora", ["gutenberg"] * 2, ["training.corpora[1]", "a second time"]),
        (f"{TRAINING}/checkpoints", [0, 4, 4], ["training.checkpoints[2]: found 4 after 4"]),
        (f"{TRAINING}/checkpoints", [0], ["training.checkpoints: found only 0"]),
        (f"{TRAINING}/checkpoints", [0, 50], ["training.warm_up: found 100", "at most 50"]),
        (
            f"{TRAINING}/checkpoints",
            [0, 4096],
            ["checkpoints: found no 'step1'", "random, step0, step4096"],
        ),
        (f"{TRAINING}/width", 260, ["training.width: found 260", "multiples of 48"]),
        (f"{TRAINING}/vocabulary", 256, ["training.vocabulary: found 256"]),
        (f"{TRAINING}/held_out/share", 1.0, ["training.held_out.share: found 1.0", "less than 1"]),
        (f"{TRAINING}/held_out/shar", 0.1, ["held_out.shar: unknown key (did you mean 'share'?)"]),
        ("models/neox-small/source", "smollm2", ["models.neox-small: exactly one of the keys"]),
        ("models/neox-small/loss_bound", 3.0, ["models.neox-small: the key loss_bound"]),
        ("corpora/gutenberg-held-out/held_out/model", MODEL, ["held_out.model", "neox-small"]),
        (
            "corpora/gutenberg-held-out/held_out/corpus",
            "wiki",
            ["corpora.gutenberg-held-out.held_out.corpus", "'wiki'", "gutenberg, wikipedia"],
        ),
        ("corpora/gutenberg-held-out/reader", "text", ["found reader beside held_out"]),
        ("corpora/gutenberg-held-out/local", "x", ["found local beside held_out"]),
        ("models/neox-small/context", None, ["models.neox-small: the key context is missing"]),
        ("arms/0/weights", ["step3"], ["training.checkpoints: found no 'step3'", "step1, step2"]),
    ],
)
def test_a_training_that_cannot_be_gets_one_sentence(path, value, parts):
    sentence = refusal(small(path, value))
    for part in parts:
        assert part in sentence


def test_every_checkpoint_of_the_small_training_is_measured_on_text_that_it_never_saw():
    study = load_study(small("results", "elsewhere"))
    training = study.models["neox-small"].training
    assert training is not None
    found = {(arm.weights, arm.corpus) for arm in arms(study)}
    corpora = [name for name, corpus in study.corpora.items() if corpus.held_out]
    assert found == {(f"step{s}", corpus) for s in training.checkpoints for corpus in corpora}
    assert 14 <= len(training.checkpoints) <= 20


def test_bounds_of_precision_are_there_exactly_where_they_count():
    """So that results in float32 don't depend on them."""
    assert load_study(DEFAULT).influence.precision is None
    bounds = load_study(change("influence/dtype", "bfloat16")).influence.precision
    assert bounds is not None
    assert (bounds.windows, bounds.profile, bounds.exponent) == (8, 0.05, 0.01)


def test_a_family_or_objective_of_the_config_is_one_of_the_library():
    from token_influence.fitting.families import FAMILIES
    from token_influence.influence.objectives import OBJECTIVES

    schema = Study.model_json_schema()["$defs"]
    assert set(schema["Decay"]["properties"]["families"]["items"]["enum"]) == set(FAMILIES)
    assert set(schema["ArmGroup"]["properties"]["objectives"]["items"]["enum"]) == set(OBJECTIVES)


def test_a_corpus_may_have_windows_of_its_own():
    study = load_study(change("corpora/wikipedia/windows", {"length": 1024, "min_position": 512}))
    assert windows_of(study, "gutenberg") == study.windows
    own = windows_of(study, "wikipedia")
    assert (own.length, own.min_position) == (1024, 512)
    assert (own.per_seed, own.positions) == (study.windows.per_seed, study.windows.positions)


def test_a_corpus_may_have_the_text_of_another_and_not_of_a_third():
    raw = change("corpora/long", {"text_of": "wikipedia", "windows": {"length": 1024}})
    study = load_study(raw)
    assert [text_of(study, name) for name in study.corpora] == [
        "gutenberg",
        "wikipedia",
        "wikipedia",
    ]
    assert study.corpora["long"].sources == study.corpora["wikipedia"].sources
    assert study.corpora["long"].reader == "wikipedia"
    assert windows_of(study, "long").length == 1024
    raw["corpora"]["longer"] = {"text_of": "long"}
    sentence = refusal(raw)
    assert "corpora.longer.text_of: found the corpus 'long'" in sentence
    assert sentence.endswith("allowed: gutenberg, wikipedia")


def test_an_arm_named_twice_is_one_arm_with_the_union_of_objectives():
    raw = change("arms/1", DEFAULT["arms"][0])
    assert len(arms(load_study(raw))) == 5
    assert arms(load_study(raw))[0].objectives == ("true_logit",)


def test_the_schema_for_editors_is_the_one_of_the_models():
    written = json.loads((REPOSITORY / "docs/config.schema.json").read_text())
    assert written == Study.model_json_schema(), "run `make schema`"
    jsonschema.validate(DEFAULT, written)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(change("windows/lenght", 1), written)


def test_every_key_has_a_description_or_an_enumeration():
    schema = Study.model_json_schema()
    for name, section in {**schema["$defs"], "Study": schema}.items():
        for key, entry in section.get("properties", {}).items():
            described = {"description", "$ref"} & entry.keys() or "enum" in entry.get("items", {})
            assert described, f"{name}.{key}"


def in_short(**entries: dict) -> dict:
    """The default study with entries such as `models={"mine": {"local": …}}` laid over."""
    raw = copy.deepcopy(DEFAULT)
    for section, added in entries.items():
        raw[section] |= added
    return raw


def test_a_local_path_in_an_entry_is_a_source_of_its_name():
    short = in_short(
        models={"mine": {"local": "path/to/checkpoint"}, "packed": {"local": "some/model.gguf"}},
        corpora={
            "novel": {"local": "novel.txt", "licence": "own"},
            "dump": {"local": "dump.bz2", "reader": "wikipedia"},
        },
    )
    full = in_short(
        sources={
            "mine": {"local": "path/to/checkpoint", "licence": "not stated"},
            "packed": {"local": "some/model.gguf", "licence": "not stated"},
            "novel": {"local": "novel.txt", "licence": "own"},
            "dump": {"local": "dump.bz2", "licence": "not stated"},
        },
        models={"mine": {"source": "mine"}, "packed": {"source": "packed", "gguf": "model.gguf"}},
        corpora={
            "novel": {"reader": "text", "sources": ["novel"]},
            "dump": {"reader": "wikipedia", "sources": ["dump"]},
        },
    )
    assert load_study(short) == load_study(full)
    # As jobs read the configuration again, with its choices filled in.
    again = load_study(short).model_dump(mode="json", exclude_none=True)
    assert load_study(again) == load_study(short)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"models": {"mine": {}}}, "models.mine: exactly one of the keys source, local"),
        (
            {"models": {"mine": {"local": "x", "source": "smollm2"}}},
            "models.mine: exactly one of the keys source, local",
        ),
        (
            {"models": {"mine": {"source": "smollm2", "licence": "own"}}},
            "models.mine: the key licence goes with local",
        ),
        (
            {"corpora": {"mine": {"reader": "text"}}},
            "corpora.mine: exactly one of the keys sources",
        ),
        (
            {"corpora": {"mine": {"sources": ["botchan"]}}},
            "corpora.mine: the key reader is missing",
        ),
        ({"corpora": {"botchan": {"local": "x"}}}, "corpora.botchan.local: found a source called"),
        (
            {"models": {"mine": {"local": "x"}}, "corpora": {"mine": {"local": "y"}}},
            "corpora.mine.local: found a source called 'mine' already",
        ),
        ({"models": {"mine": {"local": ""}}}, "models.mine.local: found ''"),
    ],
)
def test_a_local_path_stands_alone_and_under_a_name_of_its_own(entries, sentence):
    assert sentence in refusal(in_short(**entries))


def test_a_model_without_registered_context_takes_any_window():
    raw = in_short(models={"mine": {"local": "x"}})
    raw["windows"]["length"] = 9000
    raw["arms"] = [raw["arms"][0] | {"models": ["mine"]}]
    assert load_study(raw).models["mine"].context is None


def test_arms_whose_terms_are_not_accepted_are_left_out_and_counted():
    raw = change("sources/enwiki-sample/terms", "https://host/terms")
    study = load_study(raw)
    assert {arm.corpus for arm in arms(study)} == {"gutenberg"}
    assert left_out(study) == {"enwiki-sample": 2}
    study = load_study(raw | {"accept_terms": ["enwiki-sample"]})
    assert {arm.corpus for arm in arms(study)} == {"gutenberg", "wikipedia"}
    assert left_out(study) == {}


def test_a_step_is_a_revision_of_the_models_repo_under_a_key_of_its_own():
    raw = change(f"models/{MODEL}", {"source": "pythia", "context": 2048})
    raw["sources"]["pythia"] = {"licence": "own", "hub": {"repo": "a/b", "revision": "main"}}
    raw["arms"][0]["weights"] = ["trained", "step1000"]
    study = load_study(raw)
    assert {arm.weights for arm in arms(study)} == {"trained", "step1000", "random"}
    assert source_at(study, "pythia", "trained") == ("pythia", study.sources["pythia"])
    assert source_at(study, "pythia", "random") == ("pythia", study.sources["pythia"])
    key, source = source_at(study, "pythia", "step1000")
    assert key == "pythia@step1000"
    assert source.hub is not None
    assert (source.hub.repo, source.hub.revision) == ("a/b", "step1000")
    assert source.origin == "a/b step1000"


def test_a_table_tells_where_a_source_comes_from():
    package = DEFAULT["sources"]["botchan"]["package"]
    kinds = {
        "package": (package, "sentencepiece 0.2.3"),
        "join": ({"file": "a", "sha256": "0" * 64, "parts": [package]}, "sentencepiece 0.2.3"),
        "hub": ({"repo": "a/b", "revision": "main"}, "a/b main"),
        "url": (
            {"mirrors": ["https://host/a.txt?key=x"], "sha256": "0" * 64},
            "https://host/a.txt",
        ),
        "local": ("texts", "texts"),
    }
    for kind, (pins, words) in kinds.items():
        raw = change("sources/own", {"licence": "own", kind: pins})
        assert load_study(raw).sources["own"].origin == words
