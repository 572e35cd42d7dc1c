"""What the local Telegram remembers: people, chats, messages, updates, presses, limits."""
