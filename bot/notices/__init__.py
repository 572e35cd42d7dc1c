"""Notices: what happened while nobody looked, sent as short messages."""
