"""Addresses at which brokers say that an order moved."""
