"""What the paper broker can do."""

from datetime import timedelta

from core.market.broker_capabilities import Capabilities, Duplicates, Sending
from core.market.instruments import EXCHANGES
from core.orders.order import Product

CAPABILITIES = Capabilities(
    duplicates=Duplicates.REFUSED,
    tag_length=20,
    appears_within=timedelta(0),
    shows_rejects=True,
    book_every=timedelta(0),
    orders_per_second=1000,
    market=Sending.NATIVE,
    stop_market=Sending.NATIVE,
    products=frozenset(Product),
    exchanges=frozenset(EXCHANGES),
)
