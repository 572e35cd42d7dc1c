"""Field types of requests, what is said of a wrong one, and values of answers."""
