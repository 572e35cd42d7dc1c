"""Stores for cards, and the plan of which chat needs which."""
