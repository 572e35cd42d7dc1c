"""Deciding many at once, and the message that stands for many."""
