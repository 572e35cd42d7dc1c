"""Limits, what counts towards them, and what people are to be told."""
