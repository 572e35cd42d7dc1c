"""Books, funds and the account's analyzer mode."""
