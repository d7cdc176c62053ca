"""Made-up tables of a training with four checkpoints, for the tests of emergence."""

import pandas as pd

from token_influence.tables.emergence import emergence_table

ARM = {"model": "small", "corpus": "poems-held-out", "order": "intact", "objective": "true_logit"}
HEADLINE = {"range": "1..100", "skip_sources": 0}
STEPS = [0, 1, 16, 512]
HELD = [False, True, False, True]  # at step 1 by chance, from step 512 on to stay
ERRORS = {"power_law": 1.0, "constant": 3.0, "exponential": 2.0}


def decay() -> pd.DataFrame:
    rows = []
    for weights, held in zip(
        [*(f"step{step}" for step in STEPS), "random"], [*HELD, False], strict=True
    ):
        for family, error in ERRORS.items():
            row = {
                **ARM, "weights": weights, "seed": "pooled", "skip_sources": 0, "range": "1..100",
                "distance_min": 1, "distance_max": 100, "family": family, "identified": held,
                "reason": None if held else "the profile does not fall", "direction": "falls",
                "trend": -0.5, "trend_low": -0.6, "trend_high": -0.4,
                "near_to_far": 6.0, "near_to_far_low": 5.0, "near_to_far_high": 7.0,
                "p": 0.8 if family == "power_law" else None, "p_low": 0.7, "p_high": 0.95,
                "cv_error": error, "win_share": error / 6,
            }  # fmt: skip
            rows += [row, row | {"range": "full", "p": 9.0}, row | {"seed": "0", "p": 9.0}]
            rows.append(row | {"skip_sources": 4, "p": 9.0})
    return pd.DataFrame(rows).sample(frac=1, random_state=0)


def predictions() -> pd.DataFrame:
    keys = {key: ARM[key] for key in ("model", "corpus", "order")}
    return pd.DataFrame(
        [
            keys | {"weights": f"step{step}", "loss": 8.0 - k, "loss_se": 0.1}
            for k, step in enumerate(STEPS)
        ]
    )


def training() -> dict:
    def losses(value: float) -> dict:
        return {"loss": value, "bits_per_byte": value / 2}

    return {
        "baselines": {"poems": {"unigram": losses(6.5), "bigram": losses(5.5)}},
        "checkpoints": {
            f"step{step}": {"tokens_seen": 100 * step, "epochs": step / 10,
                            "held_out": {"poems": losses(8.0 - k)}}
            for k, step in enumerate(STEPS)
        },
    }  # fmt: skip


def table(trainings: dict | None = None) -> pd.DataFrame:
    known = {"small": training()} if trainings is None else trainings
    held_out = {"poems-held-out": "poems"}
    return emergence_table(decay(), predictions(), HEADLINE, known, held_out)
