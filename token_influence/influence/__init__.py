"""The engine: gradients of a prediction with respect to every earlier input embedding."""
