"""A paper book in memory: orders by price, margin in use, numbers."""
