"""How many steps integrated gradients need: completeness, and whether the order of tokens still changes.

For every rule and number of steps, over predictions in real text: the relative error of completeness
|Σ attributions − (s(x) − s(0))| / |s(x) − s(0)|, the rank correlation of the scores with those of the
largest number of steps by the same rule.
Windows are those of a study (`results/windows/...`), read from their first token, without begin-of-text.
"""

import argparse
from pathlib import Path

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
    # Each divides the last, so that the rule `right` takes no gradient twice.
    steps = [5, 10, 20, 50, 100, 200, 500, 1000]
    parser.add_argument("--steps", type=int, nargs="+", default=steps)
    parser.add_argument("--rules", nargs="+", choices=RULES, default=list(RULES))
    parser.add_argument("--of", default="logit")
    return parser.parse_args()


def measure(reading: Reading, of: str, steps: list[int], rule: str) -> pd.DataFrame:
    """One row per number of steps and prediction of the reading."""
    nothing = reading.explained_at(torch.zeros_like(reading.inputs), of)
    change = (reading.explained(of, *reading.outputs).detach() - nothing).cpu().numpy()
    totals, scores = {}, {}
    for n in tqdm(steps, desc=rule):
        products = IntegratedGradients(n, rule=rule, of=of).attributions(reading)
        totals[n], scores[n] = products.sum(dim=(1, 2)), products.norm(dim=-1)
    rows = []
    for n in steps:
        for b, whole in enumerate(change):
            error = abs(float(totals[n][b]) - whole) / abs(whole)
            rank = spearmanr(scores[n][b], scores[max(steps)][b]).statistic
            rows.append((n, whole, error, rank))
    return pd.DataFrame(rows, columns=["steps", "change", "error", "rank_correlation"])


def main() -> None:
    """Print the table, medians over predictions (and the largest error)."""
    chosen = arguments()
    model = load_model(chosen.model)
    ids = pd.read_parquet(chosen.windows).token_ids[: chosen.predictions]
    predictions = [
        Prediction(f"window/{k}", tuple(map(int, one)), chosen.tokens - 1)
        for k, one in enumerate(ids)
    ]
    print(
        "| rule | steps | s(x) − s(0), median | median error | largest error | rank correlation |"
    )
    print("|---|---|---|---|---|---|")
    with untouched(model):
        reading = Reading(model, predictions, None, seed=0)
        for rule in chosen.rules:
            table = measure(reading, chosen.of, chosen.steps, rule)
            for n, part in table.groupby("steps"):
                print(
                    f"| {rule} | {n} | {part.change.median():.2f} | {part.error.median():.3f} "
                    f"| {part.error.max():.3f} | {part.rank_correlation.median():.3f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
