"""Instruments, quotes, depth and option chains."""
