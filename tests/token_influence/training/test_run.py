"""A tiny training: the same bits every time, also when it was stopped; losses that are right."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from token_influence.corpora.tokens import TokenisedCorpus
from token_influence.errors import CorpusError, ModelError
from token_influence.models.checkpoints import Recipe, checkpoint_files, ensure_checkpoint
from token_influence.models.tokenizers import begin_of_text_id
from token_influence.training import run
from token_influence.training.data import Material, prepare
from token_influence.training.manifest import manifest
from token_influence.training.record import record
from token_influence.training.run import Settings, forget, train
from token_influence.training.sequences import order, pack, spread

SETTINGS = Settings(
    layers=2,
    width=32,
    heads=2,
    context=24,
    batch=4,
    learning_rate=0.01,
    warm_up=2,
    weight_decay=0.1,
    checkpoints=[0, 1, 5, 20],
    seed=3,
)
STEPS = [f"step{step}" for step in SETTINGS.checkpoints]
WORDS = ["the", "sea", "and", "a", "ship", "that", "sailed", "over", "it", "under", "stars", "had"]


def corpus(seed: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    texts = [
        " ".join(generator.choice(WORDS, size=size)) for size in generator.integers(80, 160, 20)
    ]
    return pd.DataFrame({"document_id": [f"d{k}" for k in range(len(texts))], "text": texts})


@pytest.fixture(scope="module")
def material() -> Material:
    corpora = {"prose": corpus(0), "verse": corpus(1)}
    return prepare(corpora, share=0.3, sequences=4, vocabulary=280, length=24, seed=3)


def trained(folder: Path, material: Material, settings: Settings = SETTINGS, **identity) -> Path:
    torch.manual_seed(np.random.default_rng().integers(1 << 30))  # must play no part
    train(settings, material.sequences, material.tokenizer, folder, identity)
    return folder


@pytest.fixture(scope="module")
def finished(material, tmp_path_factory) -> Path:
    return trained(tmp_path_factory.mktemp("trained"), material)


def files(folder: Path) -> dict[str, dict]:
    return {name: checkpoint_files(folder / name) for name in STEPS}


def test_what_is_held_out_is_not_learnt_from(material):
    for name in ("prose", "verse"):
        learnt, kept = (part[name]["documents"] for part in (material.learnt, material.held_out))
        assert len(learnt) + len(kept) == 20
        assert not set(learnt) & set(kept)
        assert kept
        text = material.tokenizer.decode(material.judged[name][0])
        read = material.tokenizer.decode(material.sequences.ravel())
        assert text not in read


def test_held_out_text_changes_nothing_that_is_learnt(material):
    def shouted(name: str, seed: int) -> pd.DataFrame:
        frame = corpus(seed)
        kept = frame["document_id"].isin(material.held_out[name]["documents"])
        return frame.assign(text=frame["text"].where(~kept, frame["text"].str.upper()))

    corpora = {"prose": shouted("prose", 0), "verse": shouted("verse", 1)}
    other = prepare(corpora, share=0.3, sequences=4, vocabulary=280, length=24, seed=3)
    assert other.tokenizer.get_vocab() == material.tokenizer.get_vocab()
    np.testing.assert_array_equal(other.sequences, material.sequences)
    assert other.held_out["prose"]["tokens"] != material.held_out["prose"]["tokens"]


def test_the_tokenizer_is_byte_level_and_puts_nothing_first(finished):
    tokenizer = AutoTokenizer.from_pretrained(finished / "step5", local_files_only=True)
    text = "a ship\n\n«naïve» 船"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert begin_of_text_id(tokenizer) is None
    assert tokenizer.eos_token_id == 0


def test_equal_trainings_give_equal_bytes(finished, material, tmp_path):
    assert files(trained(tmp_path, material)) == files(finished)


def test_the_seed_and_every_step_change_the_weights(finished, material, tmp_path):
    weights = {
        name: found["model.safetensors"]["sha256"] for name, found in files(finished).items()
    }
    assert len(set(weights.values())) == len(STEPS)
    other = trained(tmp_path, material, replace(SETTINGS, seed=4))
    assert files(other)["step0"]["model.safetensors"]["sha256"] != weights["step0"]


def test_a_stopped_training_goes_on_to_the_same_bytes(finished, material, tmp_path, monkeypatch):
    class Stopped(Exception):
        pass

    done: list[int] = []
    stop = 13

    @contextmanager
    def counted(total, *_, **__):
        def advance():
            done.append(total)
            if len(done) == stop:
                raise Stopped

        yield advance

    monkeypatch.setattr(run, "progress", counted)
    with pytest.raises(Stopped):
        trained(tmp_path, material)
    assert (tmp_path / "step5").is_dir()
    trained(tmp_path, material)
    assert len(done) < stop + SETTINGS.steps  # it did not begin anew
    assert done[-1] == SETTINGS.steps - 12  # the state is put by every second step
    assert files(tmp_path) == files(finished)
    forget(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(STEPS)


def test_a_training_of_another_identity_begins_anew(material, tmp_path):
    trained(tmp_path, material, code="one")
    (tmp_path / "step3").mkdir()
    before = (tmp_path / "step20/model.safetensors").stat().st_mtime_ns
    trained(tmp_path, material, code="one")
    assert (tmp_path / "step20/model.safetensors").stat().st_mtime_ns == before
    trained(tmp_path, material, code="two")
    assert (tmp_path / "step20/model.safetensors").stat().st_mtime_ns != before
    assert not (tmp_path / "step3").exists()


def test_the_record_tells_losses_tokens_and_files(finished, material):
    found = record(material, SETTINGS, finished)
    assert list(found["checkpoints"]) == STEPS
    last = found["checkpoints"]["step20"]
    assert last["tokens_seen"] == 20 * 4 * 24
    assert last["epochs"] == pytest.approx(20 * 4 / len(material.sequences))
    assert last["files"] == checkpoint_files(finished / "step20")
    assert last["facts"]["layers"] == 2
    first = found["checkpoints"]["step0"]["held_out"]["prose"]
    assert first["loss"] == pytest.approx(np.log(len(material.tokenizer)), abs=0.3)
    assert last["held_out"]["prose"]["loss"] < first["loss"] - 0.5
    unigram = found["baselines"]["prose"]["unigram"]
    assert unigram["bits_per_byte"] / unigram["loss"] == pytest.approx(
        first["bits_per_byte"] / first["loss"]
    )


def test_a_checkpoint_s_loss_is_what_transformers_computes(finished, material):
    model = AutoModelForCausalLM.from_pretrained(finished / "step5", attn_implementation="eager")
    ids = torch.as_tensor(material.judged["verse"], dtype=torch.long)
    with torch.no_grad():
        expected = model(input_ids=ids, labels=ids).loss.item()
    found = record(material, SETTINGS, finished)["checkpoints"]["step5"]["held_out"]["verse"][
        "loss"
    ]
    assert found == pytest.approx(expected, rel=1e-5)


def test_the_manifest_stands_for_the_checkpoint_and_says_how_to_make_it_again(finished, material):
    found = manifest(record(material, SETTINGS, finished), "tiny", "step5", "own", "none")
    assert found["revision"] == "step 5 of 20"
    assert found["tokens_seen"] == 5 * 4 * 24
    recipe = Recipe({"training": "tiny"}, "", None, str(finished / "step5"))
    assert ensure_checkpoint(recipe, found) == finished / "step5"
    lost = Recipe({"training": "tiny"}, "", None, str(finished / "step6"))
    with pytest.raises(ModelError, match=r"step6 is missing or damaged.* --forcerun train_model"):
        ensure_checkpoint(lost, found)


def tokens(*lengths: int) -> TokenisedCorpus:
    offsets = np.cumsum([0, *lengths])
    ids = np.arange(1, offsets[-1] + 1, dtype=np.int32)
    return TokenisedCorpus(ids, [f"d{k}" for k in range(len(lengths))], offsets)


def test_packing_parts_whole_documents_by_the_mark_and_drops_the_rest():
    packed = pack([tokens(5, 4), tokens(6)], end=0, length=4, seed=0)
    assert packed.shape == (4, 4)  # of 15 tokens and 3 marks
    *whole, last = " ".join(map(str, packed.ravel())).split(" 0")
    documents = {"1 2 3 4 5", "6 7 8 9", "1 2 3 4 5 6"}
    assert {text.strip() for text in whole} <= documents
    assert any(text.startswith(last.strip()) for text in documents)
    with pytest.raises(CorpusError, match="has 6 tokens, fewer than the 8"):
        pack([tokens(5)], end=0, length=8, seed=0)


def test_every_epoch_shows_each_sequence_once_in_an_order_of_its_own():
    shown = order(10, 25, seed=0)
    assert sorted(shown[:10]) == sorted(shown[10:20]) == list(range(10))
    assert shown[:10].tolist() != shown[10:20].tolist()
    assert len(shown) == 25


def test_judged_sequences_stay_within_documents_and_are_spread():
    found = spread(tokens(9, 3, 8), "prose", length=4, count=3)
    assert found[:, 0].tolist() == [1, 13, 17]  # of 1, 5, 13 and 17
    assert (np.diff(found, axis=1) == 1).all()
    with pytest.raises(CorpusError, match=r"'prose' has 4 sequences of 4 tokens, fewer than the 5"):
        spread(tokens(9, 3, 8), "prose", length=4, count=5)
