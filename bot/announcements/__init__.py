"""News for people that no card carries."""
