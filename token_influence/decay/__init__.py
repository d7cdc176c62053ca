"""Fits of profiles with intervals, judged and written as records."""
