"""Write the study's results as flat tables.

input: decay (every arm and objective), differences (intact − control), predictions (every arm and
seed), windows (intact, every model, corpus and seed), corpora, manifests
params: predictions (for each file of input.predictions, in its order:
{model, weights, corpus, order, seed}); windows (likewise: {model, corpus});
corpora ({name: {licence, source}} in the order of input.corpora);
models (names in the order of input.manifests)
output: decay, controls, sweep, predictions, models, corpora (CSV)
"""

from _job import job

import pandas as pd

from token_influence.files import read_json
from token_influence.parquet import read_provenance
from token_influence.tables.arms import labelled
from token_influence.tables.csv import write_csv
from token_influence.tables.decay import controls_table, decay_table, sweep_table
from token_influence.tables.inputs import corpora_table, models_table
from token_influence.tables.measured import predictions_table


def drawn_windows(path: str) -> pd.DataFrame:
    """The document of each window, with the number of tokens in its corpus."""
    tokens = read_provenance(path)["corpus_tokens"]
    return pd.read_parquet(path, columns=["document_id"]).assign(corpus_tokens=tokens)


def main(snakemake) -> None:
    source, params = snakemake.input, snakemake.params
    predictions = labelled(map(pd.read_parquet, source.predictions), params.predictions)
    windows = labelled(map(drawn_windows, source.windows), params.windows)
    documents = {
        name: pd.read_parquet(path, columns=["document_id", "author", "text"])
        for name, path in zip(params.corpora, source.corpora, strict=True)
    }
    manifests = zip(params.models, map(read_json, source.manifests), strict=True)
    decay = [read_json(path) for path in source.decay]
    tables = {
        "decay": decay_table(decay),
        "controls": controls_table(decay, map(read_json, source.differences), predictions),
        "sweep": sweep_table(decay),
        "predictions": predictions_table(predictions),
        "models": models_table(dict(manifests)),
        "corpora": corpora_table(params.corpora, documents, windows),
    }
    for name, table in tables.items():
        write_csv(table, snakemake.output[name])


with job(snakemake):
    main(snakemake)
