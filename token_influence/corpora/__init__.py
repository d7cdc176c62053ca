"""Corpora: readers that turn a source's files into documents of plain text (see `build`)."""
