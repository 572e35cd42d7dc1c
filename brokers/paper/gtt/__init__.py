"""Good-till-triggered orders of the paper broker."""
