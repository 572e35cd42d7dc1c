"""Where prices come from: simulated, replayed, or another server's."""
