"""What one event does to a book, as pure functions."""
