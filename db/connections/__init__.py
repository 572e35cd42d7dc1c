"""Engines, the SQLite connection, and prepared statements."""
