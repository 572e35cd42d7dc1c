"""Claim an approved order, send it to its broker once, and follow it to its end."""
