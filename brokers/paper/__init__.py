"""The paper broker: books of orders and positions, matched against the price feed."""
