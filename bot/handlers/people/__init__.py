"""Handlers of who is linked: /people and /unlink."""
