"""The messages that answer commands: portfolio, order lists, profit and loss, modes."""
