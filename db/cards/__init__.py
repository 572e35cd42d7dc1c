"""The store of cards, and the planning of which chats need one."""
