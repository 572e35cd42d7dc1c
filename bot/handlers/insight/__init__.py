"""Handlers of lists, notices, the life of an order, figures."""
