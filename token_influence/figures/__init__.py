"""Figures of the study: data frames and records in, a matplotlib Figure out."""
