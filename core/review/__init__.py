"""Rules of what a client is told before deciding, and of what they may change."""
