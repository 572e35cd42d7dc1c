"""Cancels, modifies and closes what a broker already holds."""
