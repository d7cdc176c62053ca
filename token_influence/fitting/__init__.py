"""Families of decay curves and bounded least squares, on arrays alone."""
