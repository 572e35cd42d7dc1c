"""Stores of what people are shown when they look back."""
