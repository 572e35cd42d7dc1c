"""Accounts, keys, modes and the people linked to an account."""
