"""Keys that are valid by themselves and do not fit together are refused with one sentence."""

import pytest
from raw_studies import MODEL, assert_refused, change, small

from token_influence.config import load_study


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        # unknown names
        ("arms/0/models", ["gpt9"], ["arms[0].models[0]", "'gpt9'", f"allowed: {MODEL}"]),
        ("arms/1/corpora", ["gutenberg", "x"], ["arms[1].corpora[1]", "gutenberg, wikipedia"]),
        (f"models/{MODEL}/source", "x", [f"models.{MODEL}.source", "'x'", "botchan"]),
        ("corpora/gutenberg/sources", ["x"], ["corpora.gutenberg.sources[0]", "'x'"]),
        ("corpora/gutenberg", {"text_of": "x"}, ["corpora.gutenberg.text_of", "'x'", "wikipedia"]),
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
        (
            "corpora/gutenberg/windows/share_per_author",
            0.05,
            [
                "corpora.gutenberg.windows.share_per_author: found 0.05",
                "1 / windows.per_seed",
                "/ 8",
            ],
        ),
        ("seeds", [3, 1, 3], ["seeds[2]: found 3 a second time"]),
        # fit ranges
        ("decay/ranges", ["1..100", "100..1"], ["decay.ranges[1]: found '100..1'", "reversed"]),
        ("decay/ranges", ["1..100", "1..253"], ["decay.ranges[1]: found '1..253'", "at most 252"]),
        ("skip_sources", [0, 300], ["skip_sources: found 300", "at most 254"]),
        ("headline/range", "1..50", ["headline.range: found '1..50'", "1..100"]),
        ("headline/skip_sources", 2, ["headline.skip_sources: found 2", "[0, 4]"]),
        # sources of models
        (
            f"models/{MODEL}/source",
            "a-dataset",
            [f"models.{MODEL}.source: found 'a-dataset', which is a dataset"],
        ),
        ("arms/0/weights", ["step9"], [f"models.{MODEL}.source: found 'smollm2'", "kind hub"]),
        # terms
        ("accept_terms", ["x"], ["accept_terms[0]: found the source 'x'"]),
        (
            "sources/smollm2/terms",
            "https://host/terms",
            ["accept_terms: found []", "no arm is left", "https://host/terms", "'smollm2'"],
        ),
    ],
)
def test_keys_that_do_not_fit_together_get_one_sentence(path, value, parts):
    assert_refused(change(path, value), parts)


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
        ("corpora/gutenberg-held-out/held_out/model", MODEL, ["held_out.model", "neox-small"]),
        (
            "corpora/gutenberg-held-out/held_out/corpus",
            "wiki",
            ["corpora.gutenberg-held-out.held_out.corpus", "'wiki'", "gutenberg, wikipedia"],
        ),
        ("arms/0/weights", ["step3"], ["training.checkpoints: found no 'step3'", "step1, step2"]),
    ],
)
def test_a_training_that_cannot_be_gets_one_sentence(path, value, parts):
    assert_refused(small(path, value), parts)


def test_parts_that_would_take_too_long_to_plan_are_refused():
    raw = change("windows/per_seed", 1000)
    raw["influence"]["windows_per_job"] = 2
    load_study(raw)  # 7 combinations × 4 seeds × 500 parts
    raw["influence"]["windows_per_job"] = 1
    assert_refused(raw, ["influence.windows_per_job: found 1", "28000 jobs", "at most 20000"])
