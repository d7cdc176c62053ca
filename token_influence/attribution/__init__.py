"""Attributing single predictions to the tokens before them, and judging whether that is faithful."""
