"""Upstox over its v2 and v3 REST API."""
