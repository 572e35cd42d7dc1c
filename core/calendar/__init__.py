"""When the exchanges trade: their holidays, hours and expiry days."""
