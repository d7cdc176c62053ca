"""The registration of a tiny checkpoint."""

from token_influence.models.checkpoints import Recipe
from token_influence.models.registration import prepare_checkpoint
from token_influence.sources.fetch import fetch

REGISTERED = {"context": 32, "quantisation": "none", "loss_bound": None}


def prepare(recipe: Recipe, **changes: object) -> dict:
    fetched = fetch(recipe.source, recipe.source_folder)
    return prepare_checkpoint(recipe, fetched, **(REGISTERED | changes))
