"""Orders that wait for approval: cards, decisions, expiry, withdrawal."""
