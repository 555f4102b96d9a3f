"""Benchmarks: `make bench` runs them and writes the table in README.md beside this file."""
