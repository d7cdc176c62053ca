"""Which attribution methods notice that a model's weights are random (`attribution.sanity`).

For every method the rank correlation of its scores with those of the trained model: with the topmost
layers randomised, one number of layers after the other, and with all weights random. Windows are
those of a study (`results/windows/...`), read from their first token, without begin-of-text.
"""

import argparse
from pathlib import Path

import pandas as pd

from token_influence.attribution.attribute import attribute
from token_influence.attribution.predictions import Prediction
from token_influence.attribution.sanity import (
    count_layers,
    randomised_from_the_top,
    rank_correlations,
)
from token_influence.models.loading import load_model

METHODS = [
    *("semantic", "temperature", "fisher", "input_x_gradient", "integrated_gradients-steps=5"),
    *("smoothgrad-samples=4", "attention_rollout", "distance", "random"),
]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="folder of a model")
    parser.add_argument("windows", type=Path, help="a study's table of windows")
    parser.add_argument("--predictions", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--layers", type=int, nargs="*", help="numbers of layers; by default all")
    parser.add_argument("--methods", nargs="+", default=METHODS)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    """Print a table: a row for each state of the weights, a column for each method."""
    chosen = arguments()
    model = load_model(chosen.model)
    random = load_model(chosen.model, weights="random", seed=chosen.seed)
    ids = pd.read_parquet(chosen.windows).token_ids[: chosen.predictions]
    predictions = [
        Prediction(f"window/{k}", tuple(map(int, one)), chosen.tokens - 1)
        for k, one in enumerate(ids)
    ]

    def scores(of):
        return attribute(of, predictions, chosen.methods, bos_id=None, batch_size=8)

    trained = scores(model)
    print("| random weights | " + " | ".join(chosen.methods) + " |")
    print("|---" * (1 + len(chosen.methods)) + "|")

    def show(name: str, of) -> None:
        table = rank_correlations(trained, scores(of))
        cells = [
            f"{row.rank_correlation:.2f} ± {row.standard_error:.2f}" for row in table.itertuples()
        ]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)

    for layers in chosen.layers or range(1, count_layers(model) + 1):
        with randomised_from_the_top(model, random, layers):
            show(f"top {layers} layers", model)
    show("all", random)


if __name__ == "__main__":
    main()
