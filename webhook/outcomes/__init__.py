"""Pending orders, the event stream and the client that delivers hooks."""
