"""Inline buttons: their signed data, how they are built, and how a press is answered."""
