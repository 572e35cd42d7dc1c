"""Draws charts, each in a process of its own, so that matplotlib's memory does not stay in the service."""
