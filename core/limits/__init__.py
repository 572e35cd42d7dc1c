"""Limits that a client sets: what they are, what they say about an order, and which change loosens them."""
