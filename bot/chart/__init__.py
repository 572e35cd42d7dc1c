"""Draws one picture in a process of its own: what drawing needs in memory must not stay in the service."""
