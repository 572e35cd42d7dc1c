"""An account's positions and funds at its broker, its daily values, and paper books."""
