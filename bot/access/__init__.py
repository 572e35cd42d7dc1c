"""Who may use the bot: the gate in front of every handler, and how often one person may ask."""
