"""`.github/kireji.yml`: read, checked, published as a schema, and what it decides. Begin with `model`."""
