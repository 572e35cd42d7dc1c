"""Takes orders in: checks them, resolves their legs, and stores them."""
