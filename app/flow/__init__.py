"""The path of a review: what is done in which order, through ports only."""
