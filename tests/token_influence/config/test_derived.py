"""What follows from a study: arms, windows, checkpoints, sources."""

from raw_studies import DEFAULT, MODEL, change, refusal, small

from token_influence.config import (
    arms,
    checkpoint_of,
    earlier_seeds,
    filled_in,
    left_out,
    load_study,
    source_at,
    sources_of_model,
    text_of,
    windows_of,
)


def test_a_corpus_may_have_windows_of_its_own():
    study = load_study(change("corpora/wikipedia/windows", {"length": 1024, "min_position": 512}))
    assert windows_of(study, "gutenberg").share_per_author == 0.25
    assert windows_of(study, "gutenberg").length == study.windows.length
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


def test_random_weights_need_the_checkpoint_whose_architecture_they_have():
    study = load_study(small("seeds", [0]))
    assert checkpoint_of(study, MODEL, "trained") == "trained"
    assert checkpoint_of(study, MODEL, "random") == "trained"
    assert checkpoint_of(study, MODEL, "step8") == "step8"
    last = study.models["neox-small"].training.checkpoints[-1]
    assert checkpoint_of(study, "neox-small", "trained") == f"step{last}"
    assert checkpoint_of(study, "neox-small", "random") == f"step{last}"
    assert checkpoint_of(study, "neox-small", "step0") == "step0"


def test_a_model_needs_its_own_source_or_those_of_its_texts():
    study = load_study(small("seeds", [0]))
    assert sources_of_model(study, MODEL) == ["smollm2"]
    texts = ["shakespeare-and-milton", "botchan", "novels", "enwiki-sample"]
    assert sources_of_model(study, "neox-small") == texts


def test_windows_of_a_seed_avoid_those_of_the_seeds_before_it():
    study = load_study(change("seeds", [5, 2, 9]))
    assert [earlier_seeds(study, seed) for seed in study.seeds] == [[], [5], [5, 2]]


def test_captions_find_every_default_and_the_windows_of_each_corpus():
    raw = change("corpora/wikipedia/windows", {"length": 1024, "min_position": 512})
    whole = filled_in(load_study(raw))
    assert whole["influence"]["memory_mb"] == 4000
    assert whole["models"][MODEL]["description"] == "a 4-bit instruct checkpoint"
    assert whole["corpora"]["gutenberg"]["windows"]["length"] == 512
    assert whole["corpora"]["wikipedia"]["windows"]["length"] == 1024
    assert whole["corpora"]["wikipedia"]["windows"]["per_seed"] == 8
