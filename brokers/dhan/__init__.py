"""Dhan over its v2 REST API."""
