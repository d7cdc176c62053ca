"""The script of the library that draws the explorer's plots, from the installed package."""

from plotly.offline import get_plotlyjs


def plotting_script() -> str:
    """Plotly's script as one text, which asks nothing of the network."""
    return get_plotlyjs()
