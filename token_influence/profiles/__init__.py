"""Profiles: influence by distance, normalised and aggregated over predictions."""
