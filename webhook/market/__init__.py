"""Quotes, depth, symbols, expiries, option chains, holidays and timings."""
