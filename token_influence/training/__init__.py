"""Training a small GPT-NeoX on a study's own corpora, with checkpoints and what to judge them by."""
