"""`tools/scale.py` prints what the page on large studies shows."""

from own_tools import load
from tiny_study import REPOSITORY


def test_the_page_shows_what_the_tool_prints(capsys):
    load("scale").main()
    printed = capsys.readouterr().out.strip()
    assert printed.count("\n") > 5
    assert printed in (REPOSITORY / "docs/scale.md").read_text(encoding="utf-8")
