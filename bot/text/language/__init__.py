"""In which language a person reads what the bot says."""
