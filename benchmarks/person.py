"""A strategy and its client in a process of their own: each order is placed, tapped and watched until it fills."""

import argparse
import asyncio
import json
import sys

from aiohttp import ClientSession

from benchmarks.stage import ORDER, PATH
from bot.local_telegram.client import LocalTelegramClient

APPROVE, FILLED = "Approve", "FILLED"
PAUSE = 0.3
"""Seconds between two steps, so that the work of one does not run into the next."""
BETWEEN_MESSAGES = 1.1
"""Telegram takes one message a second in each chat."""


async def _trade(api: str, telegram_url: str, customers: list[tuple[int, str]], orders: int) -> None:
    async with LocalTelegramClient(telegram_url) as telegram, ClientSession(api) as session:
        for number in range(orders):
            chat, key = customers[number % len(customers)]
            body = {**ORDER, "apikey": key, "pricetype": "MARKET", "price": "0"}
            async with session.post(PATH, json=body) as answer:
                order_id = (await answer.json())["pending_order_id"]
            card = await telegram.wait_for_message(chat, f" · #{order_id}\n")
            await asyncio.sleep(PAUSE)
            await telegram.press_and_wait(chat, chat, card["message_id"], button_text=APPROVE)
            await telegram.wait_for_message(chat, FILLED, after=card["message_id"] - 1)
            await asyncio.sleep(PAUSE)
            await asyncio.sleep(max(0.0, BETWEEN_MESSAGES - PAUSE * len(customers)))


def main() -> int:
    """Customers come on standard input; says on standard output when it is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("api")
    parser.add_argument("telegram")
    parser.add_argument("orders", type=int)
    options = parser.parse_args()
    asyncio.run(_trade(options.api, options.telegram, json.load(sys.stdin), options.orders))
    return 0


if __name__ == "__main__":
    sys.exit(main())
