"""The embedded broker: books of orders and positions, matched against the feed."""
