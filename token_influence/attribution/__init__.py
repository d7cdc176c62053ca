"""Which earlier tokens a single prediction rests on: methods that score each of them."""
