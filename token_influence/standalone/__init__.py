"""One measurement without the pipeline, for a script or the command line."""
