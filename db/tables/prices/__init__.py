"""Tables of recorded prices."""
