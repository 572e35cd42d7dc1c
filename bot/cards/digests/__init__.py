"""Messages that stand for many orders of one chat."""
