"""Checkpoints: resolved, converted, verified and loaded."""
