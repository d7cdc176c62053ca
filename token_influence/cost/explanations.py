"""The cost of attributing and judging predictions, in passes over passages."""

import re
from collections.abc import Mapping

from token_influence.config import (
    Study,
    explanations,
    reads_begin_of_text,
    referenced,
    sanity_checks,
)
from token_influence.cost.operations import Facts

PASSAGE_TOKENS = 85  # about the mean of LAMBADA's passages

FORWARDS = {"curve": 9, "matched": 7, "lds": 0, "leave_one_out": 0, "nearness": 0}
"""Forward passes for each passage and method by measure; others take `AREA_FORWARDS`."""
AREA_FORWARDS = 4
REFERENCE_FORWARDS = {"matched": 25, "lds": 129, "leave_one_out": PASSAGE_TOKENS / 2}
"""Forward passes for each passage that all methods share; single ablations read half of a passage."""


def explanation_operations(study: Study, facts: Mapping[str, Facts]) -> float:
    """Floating-point operations of all scores, references, measures and sanity checks.

    A pass takes 2 for each token and each weight that it is multiplied with, forward or backward, since
    only the inputs have gradients. Passages count as `PASSAGE_TOKENS` long.
    """
    passes: dict[tuple[str, ...], float] = {}
    for each in explanations(study):
        begun = str(reads_begin_of_text(study, each.conventions))
        number, sizes = len(each.passages), facts[each.model]
        found = {
            (each.model, each.data, begun, each.method): passes_of(
                each.method, sizes, PASSAGE_TOKENS
            ),
            tuple(each.keys.values()): FORWARDS.get(each.measure, AREA_FORWARDS),
        }
        if referenced(each.measure):
            shared = (each.model, each.data, each.conventions, each.measure, "")
            found[shared] = REFERENCE_FORWARDS[each.measure]
        for what, one in found.items():
            passes[what] = max(passes.get(what, 0.0), number * one)
    for check in sanity_checks(study):
        assert study.faithfulness is not None
        assert study.faithfulness.sanity is not None
        states = 2 + len(study.faithfulness.sanity.layers)  # trained, all random, and those between
        one = passes_of(check.method, facts[check.model], PASSAGE_TOKENS)
        passes[*check.keys.values(), "sanity"] = len(check.passages) * states * one
    return sum(
        2 * PASSAGE_TOKENS * number * weights(facts[model])
        for (model, *_), number in passes.items()
    )


def passes_of(label: str, sizes: Facts, tokens: int) -> float:
    """Passes, forward and backward, of one method for each text of so many tokens."""
    name, *options = re.split(r"-(?=\w+=)", label)
    values = dict(option.split("=") for option in options)
    match name:
        case "random" | "distance":
            return 0
        case "attention_rollout":
            return 1
        case "fisher":
            return 1 + int(values.get("rank", 1))
        case "fisher_trace":
            return 1 + sizes["width"]
        case "fisher_hutchinson":
            return 1 + int(values.get("probes", 8))
        case "integrated_gradients":
            return 2 * int(values.get("steps", 100))
        case "smoothgrad":
            return 2 * int(values.get("samples", 16))
        case "leave_one_out":
            return tokens / 2
    return 2


def weights(sizes: Facts) -> int:
    """Weights that every token is multiplied with; the head reads one token alone."""
    embeddings = sizes["vocabulary"] * sizes["width"]
    return sizes["parameters"] - embeddings * (1 if sizes["tied"] else 2)
