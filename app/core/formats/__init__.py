"""One pure renderer a file: a Review in, text or values out."""
