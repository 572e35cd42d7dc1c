"""Limits and pauses over a real database."""
