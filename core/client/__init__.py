"""What a client does themselves: how much of a position, with what numbers, and what they are asked to confirm."""
