"""Brokers that offer good-till-triggered orders, and the paper broker's store of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.ids import BrokerOrderId, ClientOrderId
from core.orders.gtt import BrokerGtt, Gtt


@runtime_checkable
class GttBroker(Protocol):
    """What a core.ports.Broker also implements when it offers triggers. Reads raise BrokerUnavailable."""

    async def place_gtt(self, client_order_id: ClientOrderId, gtt: Gtt, strategy: str) -> BrokerGtt:
        """Place a trigger, once.

        Raises BrokerUnavailable (never left us), BrokerRefused (a definite no), OutcomeUnknown.
        """
        ...

    async def modify_gtt(self, trigger_id: BrokerOrderId, gtt: Gtt) -> BrokerGtt:
        """Replace a waiting trigger's terms; when it ends stays as it was.

        Raises NotFound, BrokerRefused (not waiting any more), OutcomeUnknown.
        """
        ...

    async def cancel_gtt(self, trigger_id: BrokerOrderId) -> BrokerGtt:
        """End a waiting trigger. Raises NotFound, BrokerRefused (not waiting any more), OutcomeUnknown."""
        ...

    async def find_gtt(self, client_order_id: ClientOrderId) -> BrokerGtt | None:
        """The trigger with this client order id, or None when the broker has none."""
        ...

    async def get_gtt(self, trigger_id: BrokerOrderId) -> BrokerGtt:
        """One trigger, with the order that it placed. Raises NotFound."""
        ...

    async def list_gtts(self) -> Sequence[BrokerGtt]:
        """Waiting triggers and those that ended lately, newest first."""
        ...


class GttStore(Protocol):
    """The paper broker's store of triggers. Every method raises Unready; then nothing was saved."""

    async def add_gtt(self, book: str, gtt: BrokerGtt) -> None:
        """Add a trigger. Raises BrokerRefused when its client order id repeats."""
        ...

    async def swap_gtt(self, book: str, becomes: BrokerGtt) -> bool:
        """Replace the revision before `becomes`; False when another revision is stored by now."""
        ...

    async def get_gtt(self, book: str, trigger_id: BrokerOrderId) -> BrokerGtt | None:
        """The trigger with this id, without its `order`; None when there is none."""
        ...

    async def find_gtt(self, book: str, client_order_id: ClientOrderId) -> BrokerGtt | None:
        """The trigger with this client order id, or None."""
        ...

    async def list_gtts(self, book: str, since: datetime | None) -> Sequence[BrokerGtt]:
        """Every waiting trigger, and those that changed at or after `since`; newest first."""
        ...
