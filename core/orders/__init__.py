"""What an order is, what it may become, and the rules that judge it."""
