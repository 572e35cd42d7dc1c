"""An order as a Telegram message: what it says, and the keeper that keeps every copy true."""
