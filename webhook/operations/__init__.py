"""Health, metrics, the API's page, and Telegram's own webhook."""
