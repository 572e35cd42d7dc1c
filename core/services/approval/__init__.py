"""What happens to an order that waits: cards, decisions, expiry, withdrawal."""
