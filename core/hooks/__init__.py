"""Outgoing webhooks: which addresses are allowed, how a body is signed, when it is sent again."""
