"""The captions of figures, which Snakemake's report has too, as HTML with the study's numbers."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from docutils.core import publish_parts
from jinja2 import Environment
from markupsafe import Markup

from token_influence.orders import ORDERS

SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,  # a strange name in a caption is no error
    "initial_header_level": 4,
}
WILDCARDS = {
    "controls": ("model", "corpus"),
    "emergence": ("model",),
    **dict.fromkeys(
        ("profile", "source_classes"), ("model", "weights", "corpus", "order", "objective")
    ),
}
"""What the folders below a figure's kind are."""


def caption(template: str, figure: str, study: Mapping[str, Any], orders: Iterable[str]) -> Markup:
    """The caption of a figure as HTML, in which every word of the study is text.

    template: the caption in reStructuredText, a Jinja template that Snakemake's report fills in;
    study: the configuration with every default filled in; orders: those that the figure shows.
    """
    kind, *values = figure.split("/")
    names = dict(zip(WILDCARDS.get(kind, ()), values, strict=False))
    headline = study["headline"]
    values_of = SimpleNamespace(
        config=study,
        wildcards=SimpleNamespace(**names),
        params=SimpleNamespace(
            headline=headline,
            skip_sources=headline["skip_sources"],
            orders={name: vars(ORDERS[name]) for name in ORDERS if name in set(orders)},
            words=ORDERS[names["order"]].words if "order" in names else "",
        ),
    )
    environment = Environment(trim_blocks=True, lstrip_blocks=True)  # a key may be absent
    text = environment.from_string(template).render(snakemake=values_of)
    parts = publish_parts(text, writer="html5", settings_overrides=SETTINGS)
    return Markup(parts["fragment"])
