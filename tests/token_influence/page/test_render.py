"""Templates become pages that hold all they need, run their own script alone, and escape the rest."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from token_influence.page.render import fragment, render, write_page

BASE = "{{ policy }}|{{ style | safe }}|<script>{{ script | safe }}</script>"


def test_the_policy_allows_the_page_its_own_script_alone():
    templates = {"base.html": BASE, "page.css": "p > a {}", "a.js": "1 < 2 && 3;", "b.js": "4;"}
    shown = render(templates, "base.html", scripts=["a.js", "b.js"])
    script = re.search("<script>(.*)</script>", shown, re.DOTALL)[1]
    assert script == "1 < 2 && 3;\n4;"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;" in shown
    assert shown.startswith("default-src &#39;none&#39;")
    assert "connect-src" not in shown
    assert "connect-src &#39;self&#39;" in render(templates, "base.html", connects=True)
    assert "|p > a {}|" in shown


def test_values_are_escaped_and_missing_ones_refused():
    templates = {"a.html": "<p>{{ text }}</p>"}
    assert fragment(templates, "a.html", text="<b>&") == "<p>&lt;b&gt;&amp;</p>"
    with pytest.raises(UndefinedError):
        fragment(templates, "a.html")


def test_a_page_is_written_as_utf_8(tmp_path: Path):
    write_page("é\n", tmp_path / "new/page.html")
    assert (tmp_path / "new/page.html").read_bytes() == "é\n".encode()
