"""The HTTP server: Bot API, chat page, and the control of its people and faults."""
