"""What the jobs that judge share: the setting of the measures, and how their tables name passages."""

from _explained import Explained

from token_influence.attribution.conventions import with_changes
from token_influence.attribution.measures import Setting
from token_influence.attribution.passages import first_passages
from token_influence.attribution.prompts import predictions_of

POOL = 100  # passages whose tokens replace others; the same ones for all jobs on the data


class Judged(Explained):
    """The predictions of a job, on which measures are computed."""

    def setting(self, snakemake, model):
        """What the measures are computed on, under the conventions of the job."""
        params = snakemake.params
        conventions = with_changes(**params.conventions)
        return Setting(
            model,
            self.predictions,
            conventions,
            conventions.bos_id(self.begin_of_text_id),
            params.seed,
            self._pool(),
        )

    def _pool(self):
        """The tokens of the data's first passages."""
        passages = first_passages(self.reader, self.root, POOL)
        found = predictions_of(passages, self.tokenizer, self.data)
        return [token for prediction in found for token in prediction.token_ids]

    def numbered(self, table):
        """A table with the numbers of the passages in place of the keys of their predictions."""
        numbers = {p.key: n for p, n in zip(self.predictions, self.numbers, strict=True)}
        passages = table["key"].map(numbers).astype("int32")
        return table.drop(columns="key").assign(passage=passages)

    def keyed(self, table):
        """The reverse of `numbered`."""
        keys = {n: p.key for p, n in zip(self.predictions, self.numbers, strict=True)}
        return table.assign(key=table["passage"].map(keys)).drop(columns="passage")
