"""Receives updates by polling or webhook, and sends messages within Telegram's limits."""
