"""Pictures of what the client sees, for the guide: made from the running program, never by hand."""
