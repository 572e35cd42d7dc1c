"""Engines, the SQLite driver, its writing thread, and prepared statements."""
