"""A gateway that speaks OpenAlgo's v1 API, and the broker behind it."""
