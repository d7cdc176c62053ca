"""Scopes: which tokens of one prompt a prediction rests on, as people look at it."""
