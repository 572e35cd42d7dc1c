"""Use cases that look back: a person's lists, notices, the life of an order, figures."""
