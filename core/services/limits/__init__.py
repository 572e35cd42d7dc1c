"""A client's limits: what they are judged by, changing them, and pausing."""
