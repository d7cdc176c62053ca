"""Write the tables of faithfulness: means over passages, and all pairs of methods.

input: the judged passages of every explanation, in its order · params: explanations, conventions, seed
output: faithfulness, pairs (CSV)
"""

from itertools import islice

from _job import job

import pandas as pd

from token_influence.attribution.conventions import with_changes
from token_influence.tables.csv import write_csv
from token_influence.tables.faithfulness import faithfulness_table, pairs_table

with job(snakemake):
    params = snakemake.params
    paths = iter(snakemake.input)
    tables = []
    for explanation in params.explanations:
        files = explanation.pop("files")
        tables += [pd.read_parquet(path).assign(**explanation) for path in islice(paths, files)]
    judged = pd.concat(tables, ignore_index=True)
    conventions = {name: with_changes(**keys) for name, keys in params.conventions.items()}
    write_csv(faithfulness_table(judged, conventions), snakemake.output.faithfulness)
    write_csv(pairs_table(judged, conventions, seed=params.seed), snakemake.output.pairs)
