"""Market data over a real database."""
