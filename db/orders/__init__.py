"""Stores for orders and legs, and the log that commits many orders at once."""
