"""Closing, cancelling and changing what a broker already holds."""
