"""One measurement of a model on a text, without the pipeline."""
