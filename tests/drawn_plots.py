"""What a page of `dvc plots` shows, drawn by its own scripts in a JavaScript engine."""

import re

import quickjs


def drawn(page: str) -> str:
    """What the page's own scripts put into it."""
    engine = quickjs.Context()
    engine.eval("var shown = {}, document = {querySelector: id => shown[id] ??= {}};")
    for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL):
        engine.eval(script)
    return engine.eval("shown['#profiles'].innerHTML")
