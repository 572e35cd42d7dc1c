"""Brokers on this machine, for the demo and the tests: they answer as real ones do, and no money moves."""
