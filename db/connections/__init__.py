"""Engines, the SQLite driver, its writing thread, and statements made once."""
