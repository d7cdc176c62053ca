"""Figures of the study, one idea per module: frames and records in, a matplotlib Figure out."""
