"""A Telegram on this machine, for the demo and the tests: strict Bot API server, people, and a chat page."""
