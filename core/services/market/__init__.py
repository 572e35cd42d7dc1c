"""Market data for strategies, and the contracts that an options order means."""
