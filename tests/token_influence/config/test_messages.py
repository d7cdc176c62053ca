"""Messages: one sentence with the YAML path, the value found there, and what is allowed."""

import pytest
from raw_studies import assert_refused, change


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
        # keys of another section
        ("per_seed", 1, ["per_seed: unknown key (did you mean 'windows.per_seed'?)"]),
        ("decay/seed", 1, ["decay.seed: unknown key (did you mean 'decay.bootstrap.seed' or "]),
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
        # unknown members and formats
        ("arms/0/objectives", ["x"], ["arms[0].objectives[0]: found 'x'", "'true_logit'"]),
        ("arms/0/orders", ["sorted"], ["arms[0].orders[0]: found 'sorted'", "'shuffled'"]),
        ("decay/families", ["linear"], ["decay.families[0]: found 'linear'", "'power_law'"]),
        ("sources/Bad Name", {"local": "x", "licence": "own"}, ["'Bad Name'", "lower-case"]),
        (
            "results",
            "../elsewhere",
            ["results: found '../elsewhere'", "below the working directory"],
        ),
        ("arms/0/weights", ["step01"], ["arms[0].weights[0]: found 'step01'", "'stepN'"]),
        ("seeds", [], ["seeds: found an empty list"]),
        ("arms/0/models", [], ["arms[0].models: found an empty list"]),
        ("arms", [], ["arms: found an empty list"]),
        ("decay/ranges", ["1-100"], ["decay.ranges[0]: found '1-100'", "LOWEST..HIGHEST"]),
        ("decay/ranges", [[1, 100]], ["decay.ranges[0]: found [1, 100]"]),
        # missing
        ("decay", None, ["decay: the key is missing"]),
        ("sources/smollm2/licence", None, ["sources.smollm2.licence: the key is missing"]),
    ],
)
def test_a_key_or_value_that_no_study_has_gets_one_sentence(path, value, parts):
    assert_refused(change(path, value), parts)
