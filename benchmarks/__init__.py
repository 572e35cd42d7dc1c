"""Countersign beside something simple, measured in one run: `make bench`, or `python -m benchmarks`."""
