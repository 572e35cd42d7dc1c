"""What OpenAlgo offers and this server does not."""
