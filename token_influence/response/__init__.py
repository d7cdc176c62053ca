"""How predictions respond when the inputs of a model are changed."""
