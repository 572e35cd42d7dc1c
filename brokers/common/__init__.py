"""What every broker that is spoken to over HTTP needs."""
