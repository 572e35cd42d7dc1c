"""Tables of what charts show, and how."""
