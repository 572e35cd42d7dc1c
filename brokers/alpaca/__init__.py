"""Alpaca over its v2 REST API: shares of the United States, and coins."""
