"""Stores for the audit trail, hooks, daily values, counts, heartbeats and stored answers."""
