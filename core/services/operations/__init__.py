"""What keeps an installation sound: audit, health, recovery at start, counts."""
