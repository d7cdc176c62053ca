"""Readers who see few colours, or none, can tell the parts of a figure apart."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from token_influence.figures import (
    curves,
    emergence,
    exponents,
    joint,
    objectives,
    response,
    source_classes,
    style,
    sweep,
)

SIGHT = {
    "all colours": np.eye(3).tolist(),
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
"""Linear RGB as readers see it who lack one kind of cones (Machado et al. 2009, severity 1)."""
TO_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
COLOURS = [style.INK, style.MUTED, style.BLUE, style.VERMILLION, style.GREEN]
CLEAR = 15.0
"""A distance in CIELAB that is plain to see; about 2.3 is the least that can be seen."""


def lab(colour: str, sight: str) -> NDArray[np.float64]:
    """A colour in CIELAB, as it is seen."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIGHT[sight]) @ linear, 0, 1)
    x, y, z = np.cbrt(TO_XYZ @ seen / TO_XYZ.sum(axis=1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_colours_differ_for_every_kind_of_sight(sight):
    for one, other in combinations(COLOURS, 2):
        assert np.linalg.norm(lab(one, sight) - lab(other, sight)) > CLEAR, (one, other)


def test_red_and_green_of_matplotlib_would_not():
    red, green = (lab(colour, "no green") for colour in ("#d62728", "#8c7a28"))
    assert np.linalg.norm(red - green) < CLEAR


def test_the_bands_are_shades_of_grey_that_differ():
    shades = ("#FFFFFF", style.BAND_OUTER, style.BAND_INNER, style.INK)
    lightness = [lab(shade, "all colours")[0] for shade in shades]
    assert np.all(np.diff(lightness) < -10)


LOOKS: dict[str, list[dict[str, Any]]] = {
    "families": [{"ls": look.line["ls"]} for look in curves.LOOKS.values()],
    "residuals": [dict(look.points) for look in curves.LOOKS.values()],
    "emergence": list(emergence.FAMILIES.values()),
    "exponents": exponents.MARKERS,
    "joint": joint.STYLES,
    "objectives": objectives.LINES,
    "sweep": sweep.MARKERS,
    "directions": [{"marker": marker} for _, _, marker in response.DIRECTIONS.values()],
    "interventions": [{"marker": marker} for _, _, marker in response.KINDS.values()],
    "classes": [{"ls": line} for _, line in source_classes.HIGHLIGHTED],
}


@pytest.mark.parametrize("figure", LOOKS)
def test_without_colour_lines_and_markers_still_differ(figure):
    shapes = [(str(look.get("ls")), look.get("marker")) for look in LOOKS[figure]]
    assert len(set(shapes)) == len(shapes) > 1
