"""Profiles: influence by distance, of single predictions and of whole arms."""
