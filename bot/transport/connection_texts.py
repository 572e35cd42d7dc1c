"""What whoever runs the service is told about the connection to Telegram; English, in logs and health answers."""

OTHER_POLLER = (
    "Another program is polling with this bot token, so taps may reach it instead of Countersign. "
    "Stop the other one, or make a new token with @BotFather."
)
FOREIGN_WEBHOOK = (
    "A webhook that is not ours receives this bot's updates, at {host}: taps do not reach Countersign. "
    "If you did not set it, somebody has the token: make a new one with @BotFather. To take the updates back, "
    "restart Countersign, or set [telegram] take_back_updates = true."
)
TELEGRAM_AWAY = "Telegram cannot be reached: {why}"
BOT_REFUSED = (
    "Telegram does not accept the bot token. Check [telegram] token in the configuration, "
    "or make a new one with @BotFather."
)
