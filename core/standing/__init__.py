"""Orders that an owner approves in advance: within which terms, and what they say about an order that came."""
