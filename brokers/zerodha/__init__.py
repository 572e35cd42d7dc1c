"""Zerodha, over its Kite Connect API, version 3."""
