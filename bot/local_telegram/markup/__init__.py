"""Message texts: HTML to entities and back, keyboards, lengths in UTF-16 units."""
