"""The sources of a study, and how tables describe them."""

from raw_studies import DEFAULT, MODEL, change, small

from token_influence.config import (
    arms,
    corpus_origin,
    fetchable_sources,
    load_study,
    training_licence,
    used_sources,
)

TEXTS = ["shakespeare-and-milton", "botchan", "novels", "enwiki-sample"]
HUB = {"licence": "own", "hub": {"repo": "a/b", "revision": "main"}}


def hub_study():
    """The default study with a model from the hub at two revisions, and sources that no arm needs."""
    raw = change(f"models/{MODEL}", {"source": "pythia", "context": 2048})
    raw["sources"] |= {"pythia": HUB, "gated": HUB | {"terms": "https://host/terms"}}
    raw["arms"][0]["weights"] = ["trained", "step1000"]
    return raw


def test_texts_come_before_the_models_and_each_source_once():
    used = used_sources(load_study(DEFAULT))
    assert list(used) == [*TEXTS, "lambada", "smollm2"]
    texts = [source for name, source in used.items() if name != "smollm2"]
    assert {source.model for source in texts} == {None}
    assert used["smollm2"].model == MODEL


def test_weights_of_a_step_add_their_revision():
    used = used_sources(load_study(hub_study()))
    assert list(used) == [*TEXTS, "lambada", "pythia", "pythia@step1000"]
    assert used["pythia@step1000"].source.hub.revision == "step1000"
    assert used["pythia@step1000"].model == MODEL


def test_a_training_needs_the_sources_of_its_texts_alone():
    study = load_study(small("seeds", [0]))
    assert list(used_sources(study)) == TEXTS


def test_sources_without_accepted_terms_are_not_fetched():
    raw = hub_study()
    study = load_study(raw)
    fetchable = fetchable_sources(study, arms(study))
    models = ["smollm2", "a-dataset", "pythia", "pythia@step1000"]
    assert set(fetchable) == {*models, *TEXTS, "lambada"}
    accepted = load_study(raw | {"accept_terms": ["gated"]})
    assert "gated" in fetchable_sources(accepted, arms(accepted))


def test_every_used_source_is_fetchable():
    for raw in (DEFAULT, hub_study(), small("seeds", [0])):
        study = load_study(raw)
        assert used_sources(study).keys() <= fetchable_sources(study, arms(study)).keys()


def test_a_table_names_origin_and_licence_of_a_corpus_once():
    study = load_study(small("seeds", [0]))
    public = "Public domain (Project Gutenberg)"
    packages = "shakespeare 0.6; sentencepiece 0.2.3; RnnGen 1.1.8"
    assert corpus_origin(study, "gutenberg") == {"source": packages, "licence": public}
    held_out = corpus_origin(study, "gutenberg-held-out")
    assert held_out == {"source": f"{packages} (held out of neox-small)", "licence": public}
    assert training_licence(study, "neox-small") == f"{public}; CC BY-SA 3.0 (Wikipedia, May 2016)"
