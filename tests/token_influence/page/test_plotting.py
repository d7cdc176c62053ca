"""The plotting library's script is embedded from the installed package."""

from importlib.metadata import version

from token_influence.page.plotting import plotting_script


def test_the_script_is_that_of_the_pinned_package():
    script = plotting_script()
    assert "plotly.js v" in script[:200]
    assert "</script" not in script  # which would end it within the page
    assert version("plotly")
