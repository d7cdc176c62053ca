"""How many steps integrated gradients need: completeness, and whether the order of tokens still changes.

For every rule and number of steps, over predictions in real text: the relative error of completeness
|Σ attributions − (s(x) − s(0))| / |s(x) − s(0)|, the rank correlation of the scores with those of the
largest number of steps by the same rule.
Windows are those of a study (`results/windows/...`), read from their first token, without begin-of-text.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy.stats import spearmanr
from tqdm import tqdm

from token_influence.attribution.paths import RULES, IntegratedGradients
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.reading import Reading
from token_influence.influence.access import untouched
from token_influence.models.loading import load_model


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="folder of a model")
    parser.add_argument("windows", type=Path, help="a study's table of windows")
    parser.add_argument("--predictions", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--steps", type=int, nargs="+", default=[5, 10, 20, 50, 100])
    parser.add_argument("--rules", nargs="+", choices=RULES, default=list(RULES))
    parser.add_argument("--of", default="logit")
    return parser.parse_args()


def measure(reading: Reading, of: str, steps: list[int], rules: list[str]) -> pd.DataFrame:
    """One row per rule, number of steps and prediction of the reading."""
    nothing = reading.explained_at(torch.zeros_like(reading.inputs), of)
    change = (reading.explained(of, *reading.outputs).detach() - nothing).cpu().numpy()
    found = {}
    for rule in rules:
        for n in tqdm(steps, desc=rule):
            method = IntegratedGradients(n, rule=rule, of=of)
            products = method.attributions(reading)
            found[rule, n] = products.sum(dim=(1, 2)), products.norm(dim=-1)
    rows = []
    for (rule, n), (total, scores) in found.items():
        _, best = found[rule, max(steps)]
        for b, prediction in enumerate(reading.predictions):
            error = abs(float(total[b]) - change[b]) / abs(change[b])
            rank = spearmanr(scores[b], best[b]).statistic
            rows.append((rule, n, prediction.key, change[b], error, rank))
    columns = ["rule", "steps", "prediction", "change", "error", "rank_correlation"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    """Print the table, medians over predictions (and the largest error)."""
    chosen = arguments()
    model = load_model(chosen.model)
    ids = pd.read_parquet(chosen.windows).token_ids[: chosen.predictions]
    predictions = [
        Prediction(f"window/{k}", tuple(map(int, one)), chosen.tokens - 1)
        for k, one in enumerate(ids)
    ]
    with untouched(model):
        reading = Reading(model, predictions, None, seed=0)
        table = measure(reading, chosen.of, chosen.steps, chosen.rules)
    print(f"s(x) − s(0): {np.round(table.change.unique(), 2).tolist()}")
    print("| rule | steps | median error | largest error | rank correlation |")
    print("|---|---|---|---|---|")
    for (rule, n), part in table.groupby(["rule", "steps"], sort=False):
        print(
            f"| {rule} | {n} | {part.error.median():.3f} | {part.error.max():.3f} "
            f"| {part.rank_correlation.median():.3f} |"
        )


if __name__ == "__main__":
    main()
