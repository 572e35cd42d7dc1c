"""Sends approved orders to their brokers, once, and follows them to their final status."""
