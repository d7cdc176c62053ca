"""Checkpoints: found, converted, verified and loaded."""
