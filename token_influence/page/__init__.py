"""Pages: what people look at in a browser, in one file that asks nothing of the network."""
