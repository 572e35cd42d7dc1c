"""Operating an installation: audit, health, recovery at the start, counts."""
