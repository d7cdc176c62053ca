"""Self-contained HTML pages from templates: style and script within, and no request to anywhere."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from token_influence.files import atomic


def render(
    templates: Mapping[str, str],
    name: str,
    *,
    scripts: Sequence[str] = (),
    connects: bool = False,
    **values: Any,
) -> str:
    """The page that the template `name` gives with these values, all of them escaped.

    templates: the texts of all templates, by file name. scripts: those of them that are the page's
    script, in order. connects: whether the script may ask the page's own host.

    The page's policy lets the browser run this script alone, so that markup which slipped through the
    escaping could not run.
    """
    script = "\n".join(templates[each] for each in scripts)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    policy += "; img-src data:; base-uri 'none'; form-action 'none'"
    policy += "; connect-src 'self'" if connects else ""
    return fragment(
        templates,
        name,
        policy=policy,
        style=templates["page.css"],
        script=script,
        **values,
    )


def fragment(templates: Mapping[str, str], name: str, **values: Any) -> str:
    """What the template `name` gives with these values, all of them escaped: a part of a page."""
    environment = Environment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(**values)


def write_page(text: str, path: str | Path) -> None:
    """Write a page, whole or not at all; raises OutputError where the disk refuses it."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
