"""What Alpaca can do and what it promises."""

from datetime import timedelta

from brokers.alpaca.alpaca_words import EXCHANGES
from core.market.broker_capabilities import Capabilities, Duplicates, Sending
from core.orders.order import Product

CAPABILITIES = Capabilities(
    duplicates=Duplicates.REFUSED,
    tag_length=48,
    appears_within=timedelta(seconds=30),
    shows_rejects=True,
    book_every=timedelta(seconds=1),
    orders_per_second=3,
    market=Sending.NATIVE,
    stop_market=Sending.NATIVE,
    products=frozenset({Product.CNC}),
    exchanges=EXCHANGES,
)
