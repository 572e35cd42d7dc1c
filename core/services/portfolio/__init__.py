"""An account's books as its broker shows them, its days, and the sandbox."""
