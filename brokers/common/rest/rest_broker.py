"""What an adapter for a REST API does the same way, whoever the broker is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar, NoReturn, TypeVar

from brokers.common.adapter import Opening
from brokers.common.guarded_client import GuardedClient
from brokers.common.http_client import Address, Answer, Call, HttpClient
from brokers.common.pacing import Pacing
from brokers.common.rest.hosts import for_files
from brokers.common.rest.login_state import LoginState
from brokers.common.rest.master_loading import Dump, MasterLoader
from brokers.common.rest.verdicts import Proof, Verdict
from brokers.common.symbol_master import SymbolMaster
from core.errors import BrokerError, BrokerRefused, BrokerUnavailable, NotFound, OutcomeUnknown
from core.ids import BrokerOrderId
from core.market.broker_capabilities import Capabilities
from core.market.broker_reach import Reach
from core.orders.broker_order import (
    BrokerOrder,
    NotSent,
    OrderChange,
    Placement,
    PlaceRequest,
    Refused,
    Unknown,
    accepted,
)
from core.orders.states import FINAL_LEG_STATES
from core.ports import OrderStream

T = TypeVar("T")


class RestBroker(ABC):
    """The part of core.ports.LiveBroker that is the same for all; a subclass says what is sent and how it is read."""

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    CAPABILITIES: ClassVar[Capabilities]
    _stream: OrderStream
    """Where it pushes order updates; a subclass says."""

    def __init__(self, opening: Opening, client: GuardedClient, dump: Dump, files: Address) -> None:
        """`client` asks for everything but files."""
        self._clock = opening.clock
        self._client = client
        self._orders = client
        """Asks for what changes orders: another host, at some brokers."""
        self._files = HttpClient(for_files(files), opening.clock)
        self._dump = dump
        self._loader = MasterLoader(dump, opening.folder, self._download_symbols, opening.clock)
        per_second = self.CAPABILITIES.orders_per_second
        self._pacing = Pacing(opening.clock, min(opening.orders_per_second or per_second, per_second))
        self._patience = timedelta(seconds=opening.address.answer_within)
        self._login = LoginState()

    @property
    def capabilities(self) -> Capabilities:
        """What it can do and what it promises."""
        return self.CAPABILITIES

    @property
    def name(self) -> str:
        """The adapter's name."""
        return self.NAME

    @property
    def instruments(self) -> SymbolMaster:
        """Its symbol master, as last loaded."""
        return self._loader.master

    @property
    def reach(self) -> Reach:
        """Whether it answers."""
        return self._client.reach

    async def load_instruments(self) -> None:
        """Take today's symbol master from the disk, or from the broker. Raises BrokerUnavailable."""
        await self._loader.load()

    async def check(self) -> None:
        """Raise BrokerUnavailable without a session, and while the broker does not answer."""
        self._check()

    async def close(self) -> None:
        """Close the connections."""
        for client in (self._client, self._orders):
            await client.close()
        await self._files.close()

    async def place(self, request: PlaceRequest) -> Placement:
        """Send one order, once, in its turn and before its deadline."""
        try:
            self._check()
            call = self._order_call(request)
        except BrokerRefused as wrong:
            return Refused(str(wrong))
        except BrokerUnavailable as away:
            return NotSent(str(away))
        late = await self._pacing.turn(request.deadline, is_exit=request.is_exit)
        if late is not None:
            return late
        answer = await self._orders.place(call, request.deadline)
        return await self._placement(answer, request) if isinstance(answer, Answer) else answer

    async def cancel(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """Cancel an order. Raises NotFound, BrokerRefused (already final), OutcomeUnknown."""
        return await self._change(broker_order_id, self._cancel_call(broker_order_id))

    async def modify(self, broker_order_id: BrokerOrderId, change: OrderChange) -> BrokerOrder:
        """Replace an open order's terms. Raises NotFound, BrokerRefused, OutcomeUnknown."""
        return await self._change(broker_order_id, self._modify_call(broker_order_id, change))

    async def list_open(self) -> Sequence[BrokerOrder]:
        """Every order that is not final."""
        return [order for order in await self.list_orders() if order.status not in FINAL_LEG_STATES]

    async def follow_orders(self, moved: Callable[[], None]) -> None:
        """Listen to its order updates. Raises BrokerRefused, BrokerUnavailable."""
        await self._stream.follow_orders(moved)

    @abstractmethod
    async def list_orders(self) -> Sequence[BrokerOrder]:
        """The order book, oldest first."""

    @abstractmethod
    async def get(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """One order by the broker's id. Raises NotFound."""

    @abstractmethod
    def _order_call(self, request: PlaceRequest) -> Call:
        """What places this order. Raises BrokerRefused, BrokerUnavailable."""

    @abstractmethod
    def _cancel_call(self, broker_order_id: BrokerOrderId) -> Call:
        """What cancels this order."""

    @abstractmethod
    def _modify_call(self, broker_order_id: BrokerOrderId, change: OrderChange) -> Call:
        """What changes this order. Raises BrokerRefused, BrokerUnavailable."""

    @abstractmethod
    def _find_number(self, said: object) -> str | None:
        """The number of a placed order, in an answer with a 2xx; None without one."""

    @abstractmethod
    def _judge(self, answer: Answer) -> Verdict:
        """What an answer that is no success proves."""

    def _check(self) -> None:
        self._login.check()
        self._client.check()
        self._orders.check()

    async def _placement(self, answer: Answer, request: PlaceRequest) -> Placement:
        if not _is_success(answer):
            return self._heard(answer).placement
        try:
            number = self._find_number(answer.parsed())
        except ValueError:
            return Unknown(f"{self.TITLE} answered, but not in its own form")
        if number is None:
            return Unknown(f"{self.TITLE} answered without the number of an order")
        return accepted(request, BrokerOrderId(number), self._clock.now())

    async def _change(self, broker_order_id: BrokerOrderId, call: Call) -> BrokerOrder:
        self._check()
        late = await self._pacing.turn(self._clock.now() + self._patience, is_exit=True)
        if late is not None:
            raise BrokerUnavailable(late.reason)
        answer = await self._orders.change(call)
        if self._tells_absence(answer):
            raise NotFound(f"{self.TITLE} has no order {broker_order_id}")
        if not _is_success(answer):
            await self._fail(broker_order_id, self._heard(answer).fault)
        if answer.raw and not _is_json(answer):
            raise OutcomeUnknown(f"{self.TITLE} answered, but not in its own form")
        return await self._seen(broker_order_id)

    async def _fail(self, broker_order_id: BrokerOrderId, fault: BrokerError) -> NoReturn:
        """Raise what the answer proves; a refusal may mean that there is no such order."""
        if isinstance(fault, BrokerRefused):
            with suppress(BrokerUnavailable):
                await self.get(broker_order_id)
        raise fault

    async def _seen(self, broker_order_id: BrokerOrderId) -> BrokerOrder:
        """The order after a change, which has been made whatever comes of the look."""
        try:
            return await self.get(broker_order_id)
        except (BrokerUnavailable, NotFound) as away:
            raise OutcomeUnknown(str(away)) from None

    async def _ask(self, call: Call) -> object:
        """The answer to a question. Raises BrokerUnavailable, NotFound."""
        answer = await self._client.read(call)
        if self._tells_absence(answer):
            raise NotFound
        if not _is_success(answer):
            raise BrokerUnavailable(self._heard(answer).message)
        return self._read(answer.parsed)

    def _tells_absence(self, answer: Answer) -> bool:
        """Whether the broker, and not a gateway, says that there is no such thing."""
        return answer.status == 404 and _is_json(answer)

    def _read(self, read: Callable[..., T], *said: object) -> T:
        """What `read` makes of an answer. Raises BrokerUnavailable when it has another form."""
        try:
            return read(*said)
        except ValueError:
            raise self._unreadable() from None

    def _heard(self, answer: Answer) -> Verdict:
        verdict = self._judge(answer)
        if verdict.proof is Proof.NO_SESSION:
            self._login.close(verdict.message)
        return verdict

    def _unreadable(self) -> BrokerUnavailable:
        return BrokerUnavailable(f"{self.TITLE} answered, but not in its own form")

    async def _download_symbols(self) -> bytes:
        answer = await self._files.read(Call("GET", self._dump.path))
        if answer.status != 200:
            raise BrokerUnavailable(f"{self.TITLE} answered {answer.status} instead of its list of symbols")
        return answer.raw


def _is_success(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def _is_json(answer: Answer) -> bool:
    try:
        answer.parsed()
    except ValueError:
        return False
    return True
