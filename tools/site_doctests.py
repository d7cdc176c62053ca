"""An extension of Griffe, which reads the docstrings for the site: examples become blocks of code."""

import griffe
from site_reference import fenced


class Doctests(griffe.Extension):
    """Fence the doctests of every docstring."""

    def on_object(self, *, obj: griffe.Object, **_: object) -> None:
        if obj.docstring:
            obj.docstring.value = fenced(obj.docstring.value)
