"""What every request passes: body, key, limits, idempotency, errors, metrics."""
