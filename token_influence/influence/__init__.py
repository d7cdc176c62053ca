"""The engine: gradients of predictions with respect to the input embeddings before them."""
