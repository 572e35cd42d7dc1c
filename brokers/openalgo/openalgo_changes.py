"""Cancelling and modifying at OpenAlgo: what its answers leave open, its book decides."""

from brokers.openalgo.openalgo_answers import Told
from brokers.openalgo.openalgo_books import Books, open_ones
from brokers.openalgo.openalgo_client import OpenAlgoClient
from brokers.openalgo.openalgo_placing import (
    DEFAULT_STRATEGY,
    is_refusal,
    not_sent_because,
    order_body,
    order_id_of,
)
from brokers.openalgo.openalgo_standing import reason_of
from core.errors import BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.ids import BrokerOrderId
from core.orders.broker_order import BrokerOrder, OrderChange
from core.orders.states import BrokerStatus

SEMI_AUTO_WORDS = "not allowed in Semi-Auto mode"


class Changes:
    """One request each; a failure of the broker's and one of OpenAlgo's look the same in its answer."""

    def __init__(self, client: OpenAlgoClient, books: Books) -> None:
        self._client = client
        self._books = books

    async def cancel(self, order_id: BrokerOrderId) -> BrokerOrder:
        """Raises NotFound, BrokerRefused, BrokerUnavailable, OutcomeUnknown."""
        body = {"strategy": DEFAULT_STRATEGY, "orderid": order_id}
        told = await self._client.change("cancelorder", body)
        if told.is_success and not told.is_analyze:
            if order_id_of(told.fields) == order_id:
                self._books.note_cancelled(order_id)
            return await self._look(order_id, told)
        return await self._look_after_failure(order_id, told, BrokerStatus.CANCELLED)

    async def modify(self, order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """Raises NotFound, BrokerRefused, BrokerUnavailable, OutcomeUnknown."""
        body = {**order_body(change.terms, ""), "orderid": order_id}
        told = await self._client.change("modifyorder", body)
        if told.is_success and not told.is_analyze:
            return await self._look(order_id, told)
        return await self._look_after_failure(order_id, told)

    async def _look(self, order_id: BrokerOrderId, told: Told) -> BrokerOrder:
        try:
            return await self._books.get(order_id)
        except BrokerUnavailable:
            raise OutcomeUnknown(f"{reason_of(told)}; OpenAlgo took it, and its order book cannot be read") from None

    async def _look_after_failure(
        self, order_id: BrokerOrderId, told: Told, wanted: BrokerStatus | None = None
    ) -> BrokerOrder:
        """After an answer that is no success: the order, if it is as `wanted`; else raises what is known."""
        why = reason_of(told)
        if told.status == 403 and SEMI_AUTO_WORDS in told.message:
            self._client.standing.note_order_mode(is_semi_auto=True)
            raise BrokerRefused(told.message)
        if told.is_analyze or not_sent_because(told):
            raise BrokerUnavailable(why)
        if told.status == 400 and told.is_error and is_refusal(told.message):
            raise BrokerRefused(told.message)
        try:
            now = await self._books.get(order_id)
        except BrokerUnavailable:
            raise OutcomeUnknown(why) from None
        if now.status is wanted:
            return now
        raise OutcomeUnknown(why) if open_ones([now]) else BrokerRefused(f"The order is already {now.status}")
