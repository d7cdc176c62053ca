"""Models whose prompts are explained, and what they need."""

from raw_studies import DEFAULT, MODEL, change

from token_influence.config import load_study, prompted_models, prompts_left_out, used_sources


def test_the_models_of_the_section_are_prompted_and_their_sources_used():
    raw = change("models/other", {"source": "smollm2"})
    raw["prompts"]["models"] = ["other", MODEL, "other"]
    study = load_study(raw)
    assert prompted_models(study) == ["other", MODEL]
    assert used_sources(study)["smollm2"].model is not None


def test_models_whose_terms_are_not_accepted_are_left_out():
    raw = change("models/gated", {"source": "gated"})
    raw["sources"]["gated"] = raw["sources"]["smollm2"] | {"terms": "https://host/terms"}
    raw["prompts"]["models"] = [MODEL, "gated"]
    study = load_study(raw)
    assert prompted_models(study) == [MODEL]
    assert prompts_left_out(study) == {"gated": len(raw["prompts"]["texts"])}
    assert "gated" not in used_sources(study)
    accepted = load_study(raw | {"accept_terms": ["gated"]})
    assert prompted_models(accepted) == [MODEL, "gated"]
    assert prompts_left_out(accepted) == {}
    assert "gated" in used_sources(accepted)


def test_without_the_section_there_is_none():
    study = load_study(DEFAULT | {"prompts": None})
    assert prompted_models(study) == []
    assert prompts_left_out(study) == {}
