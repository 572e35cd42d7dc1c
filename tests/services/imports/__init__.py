"""Coming over from other programs."""
