"""Windows of tokens: drawn from a corpus, and put into another order."""
