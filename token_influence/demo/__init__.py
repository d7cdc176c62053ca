"""A local page on which people explain prompts of their own."""
