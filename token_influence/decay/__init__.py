"""Decay fitted to the profiles of an arm: resampled, judged and written as records."""
