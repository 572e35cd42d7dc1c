"""Updates in and messages out: polling or webhook, Telegram's limits, the queue of calls."""
