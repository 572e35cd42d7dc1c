"""How a strategy learns what became of its order: lists, events, hooks."""
