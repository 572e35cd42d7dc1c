"""`countersign import …`: coming over from other programs."""
