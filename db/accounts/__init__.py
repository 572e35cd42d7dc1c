"""Stores for accounts, keys, approvers, links and alert addresses."""
