"""The table of models, the providers that serve them, and what an answer is. Begin with `catalogue`."""
