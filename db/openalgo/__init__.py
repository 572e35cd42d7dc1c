"""Reads the databases of an OpenAlgo installation, and never writes to them."""
