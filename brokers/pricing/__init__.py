"""Models that say what the price of a contract implies."""
