"""Messages of strategies to the people of their account."""
