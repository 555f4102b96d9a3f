"""A loopback GitHub and a loopback Claude, as strict as the originals, for the demo, the tests and the benchmarks."""
