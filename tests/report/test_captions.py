"""Captions of the report render from the configuration and print its numbers."""

import io
from types import SimpleNamespace

import jinja2
import pytest
import yaml
from docutils.core import publish_string
from drawn_figures import ARM
from tiny_study import REPOSITORY


def caption(name: str, config: dict, skip_sources: int = 0) -> str:
    """A caption of the report as HTML; anything undefined or malformed raises."""
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    for corpus in config["corpora"].values():  # as rules/common.smk has it
        corpus["windows"] = config["windows"] | corpus.get("windows", {})
    first = {"model": next(iter(config["models"])), "corpus": next(iter(config["corpora"]))}
    snakemake = SimpleNamespace(
        config=config,
        wildcards=SimpleNamespace(**{**ARM, **first}),
        params=SimpleNamespace(
            headline={"range": "3..77", "skip_sources": skip_sources},
            skip_sources=skip_sources,
            words="in some order",
            predictions=[{"weights": "trained"}],
            orders={"reversed": {"words": "turned round", "question": "Why?"}},
        ),
    )
    # What `{% if model.description %}` guards may be absent.
    environment.undefined = jinja2.ChainableUndefined if name == "none" else jinja2.StrictUndefined
    text = environment.from_string((REPOSITORY / "report" / f"{name}.rst").read_text()).render(
        snakemake=snakemake
    )
    return publish_string(
        text, writer="html5", settings_overrides={"halt_level": 2, "warning_stream": io.StringIO()}
    ).decode()


@pytest.fixture
def config() -> dict:
    return yaml.safe_load((REPOSITORY / "config.yaml").read_text())


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (REPOSITORY / "report").glob("*.rst"))
)
def test_captions_render(name, config):
    assert caption(name, config)


def test_captions_print_the_configuration(config):
    config["decay"]["bootstrap"].update(resamples=4321, interval=0.9)
    config["windows"].update(length=777, per_seed=55)
    shown = caption("profile", config, skip_sources=6)
    for part in ("4321 resamples", "90 % intervals", "777 tokens", "55 windows", "3..77"):
        assert part in shown
    assert "a 4-bit instruct checkpoint" in shown
    assert "the first 6 positions are left out" in shown
