"""Addresses that senders without headers or secrets can post to."""
