"""The local Telegram is as strict as the real one, and its page shows what happens."""
