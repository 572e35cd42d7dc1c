"""The whole Telegram face over the real services, a real database and the local Telegram."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.application import TelegramSettings, build_application, build_keeper, build_notices
from bot.callbacks.codec import Codec
from bot.cards.keeper import CardKeeper
from bot.local_telegram.server.server import LocalTelegram
from bot.process.bootstrap import Runtime, open_runtime
from bot.settings.brokers import Brokers
from bot.settings.settings import Database, Paper, Security, Settings
from bot.transport.gated_application import GatedApplication
from bot.transport.poller import Poller
from core.accounts import Account, OrderMode, Role, TradingMode
from core.audit import SYSTEM, Kind
from core.clock import SystemClock
from core.ids import AccountId, OrderId
from core.market.quotes import Quote
from core.orders.intents import Single
from core.orders.order import Action, ApiType, LegTerms, Order, PriceType, Product
from core.orders.router import Operation
from core.services.access.linking import NewLink
from core.services.intake.intake import OrderRequest, Queued, Sent
from tests.waiting import SOON

TOKEN = "12345:TEST-TOKEN-OF-A-DEMO-BOT"
ASHA, RAVI, MALLORY = 7001, 7002, 7666
GROUP = -1001234567890
Json = dict[str, Any]

RELIANCE = LegTerms(
    "NSE", "RELIANCE", Action.BUY, Decimal(10), PriceType.LIMIT, Product.MIS, price=Decimal("1550.00")
)


@dataclass
class Rig:
    """Everything a test of the face touches."""

    runtime: Runtime
    telegram: LocalTelegram
    application: GatedApplication
    keeper: CardKeeper
    poller: Poller
    codec: Codec
    base_url: str
    account: Account
    key: str
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    async def link(self, user_id: int, role: Role = Role.APPROVER, account: Account | None = None) -> None:
        """Link a person as the command line would, without a message."""
        new = await self.invite(role, account)
        name = self.telegram.world.people.user(user_id).first_name
        await self.runtime.services.linking.redeem(new.code, user_id, user_id, name)  # type: ignore[arg-type]
        self.telegram.world.people.user(user_id).has_started = True

    async def invite(self, role: Role = Role.APPROVER, account: Account | None = None) -> NewLink:
        """A fresh one-time code."""
        return await self.runtime.services.linking.create((account or self.account).id, role, SYSTEM)

    async def order(self, terms: LegTerms = RELIANCE, strategy: str = "momentum", **other: Any) -> OrderId:
        """A strategy posts an order."""
        caller = await self.runtime.services.keys.authenticate(self.key)
        kept: dict[str, object] = {"symbol": terms.symbol}
        request = OrderRequest(
            caller, ApiType.PLACEORDER, Operation.PLACEORDER, strategy, Single(terms), kept, **other
        )
        answer = await self.runtime.services.intake.submit(request)
        assert isinstance(answer, Queued | Sent)
        return answer.order_id if isinstance(answer, Queued) else answer.order.id

    async def message(self, chat_id: int, contains: str, after: int = 0) -> Json:
        """The bot's newest message above `after` in this chat that contains a text, once there is one."""

        def newest() -> Json | None:
            for one in reversed(self.telegram.messages(chat_id)):
                if one["is_bot"] and contains in one["text"] and one["message_id"] > after:
                    return one
            return None

        return await self.telegram.wait_for(newest, SOON)

    async def press(self, user_id: int, message: Json, button: str) -> str:
        """Press a button that the message had, by its words; the toast."""
        return str((await self.press_data(user_id, message, data_of(message, button)))["text"])

    async def press_data(self, user_id: int, message: Json, data: str) -> Json:
        """Press a button by its data, whether there is one or not; the answer."""
        place = user_id, message["chat_id"], message["message_id"]
        return await self.telegram.press_and_wait(*place, timeout=SOON, data=data)

    async def read(self, order_id: OrderId) -> Order:
        """The order as it stands."""
        return await self.runtime.executor.get(order_id)

    async def look(self) -> None:
        """One round of the card keeper, to its end."""
        await self.keeper.work()
        await self.keeper.settle()

    async def tell(self) -> None:
        """One round of what sends notices, to its end."""
        notices = build_notices(self.application, self.runtime.services, self.runtime.signing_key)
        await notices.work()
        await notices.settle()

    async def events(self, kind: Kind, account_id: AccountId | None = None) -> list[Json]:
        """The facts of every event of a kind in an account's audit trail."""
        async with self.runtime.database.read() as tx:
            rows = [row async for row in tx.audit.links(account_id or self.account.id)]
        return [json.loads(row.facts) for row in rows if row.kind == kind]

    async def ask(self, user_id: int, text: str, expect: str) -> Json:
        """Write to the bot and wait for an answer that contains a text."""
        asked = self.telegram.send_text(user_id, text)
        return await self.message(user_id, expect, after=asked)

    def start(self, *, poll: bool = True, keep: bool = True, execute: bool = True) -> None:
        """Run the loops of the process."""
        loops = [("log", self.runtime.order_log.run())]
        if poll:
            loops.append(("poller", self.poller.run()))
        if keep:
            loops.append(("keeper", self.keeper.run()))
        if execute:
            loops.append(("executor", self._execute()))
        self.tasks = [asyncio.create_task(loop, name=name) for name, loop in loops]

    def begin_polling(self) -> None:
        """Let updates come in from now on."""
        self.tasks.append(asyncio.create_task(self.poller.run(), name="poller"))

    async def polled(self) -> None:
        """Wait until every update has been handled and confirmed."""
        await self.telegram.wait_for(lambda: not self.telegram.world.updates.pending(), SOON)

    async def restart(self) -> None:
        """Stop the face and begin with a new one, as a new process would."""
        await self.stop()
        self.application, self.keeper, self.poller = build_face(self.runtime, self.base_url)
        self.start()

    async def stop(self) -> None:
        """Cancel the loops, in an orderly way."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.application.background.close()
        await self.application.bot.shutdown()

    async def _execute(self) -> None:
        while True:
            await self.runtime.order_approved.wait()
            self.runtime.order_approved.clear()
            await self.runtime.executor.execute_due()


def data_of(message: Json, button: str) -> str:
    """The data of the button that contains these words."""
    rows = message["reply_markup"]["inline_keyboard"]
    return next(str(one["callback_data"]) for row in rows for one in row if button in one["text"])


def buttons(message: Json) -> Sequence[str]:
    """The words on a message's buttons."""
    markup = message["reply_markup"] or {}
    return [button["text"] for row in markup.get("inline_keyboard", []) for button in row]


def quote(ltp: str, symbol: str = "RELIANCE") -> Quote:
    """A price of this moment."""
    price = Decimal(ltp)
    return Quote("NSE", symbol, price, price, price, price, price, price, price, 1, SystemClock().now())


@asynccontextmanager
async def running_rig(
    folder: Path, template: Path, *, is_strict: bool = False, brokers: Brokers | None = None, **loops: bool
) -> AsyncIterator[Rig]:
    """A rig whose loops run, in a folder of its own; `template` is an empty, migrated database.

    `is_strict`: whether its Telegram limits messages. `brokers`: where live brokers are.
    """
    shutil.copy(template, folder / "test.db")
    async with AsyncExitStack() as stack:
        telegram = LocalTelegram(TOKEN, strict_limits=is_strict)
        address = await stack.enter_async_context(telegram.serving())
        for user_id, name in ((ASHA, "Asha"), (RAVI, "Ravi"), (MALLORY, "Mallory")):
            telegram.add_user(user_id, name)
        settings = Settings(
            database=Database(url=f"sqlite+aiosqlite:///{folder / 'test.db'}"),
            security=Security(secret_file=str(folder / "secret")),
            paper=Paper(outside_hours="ignore"),
            brokers=brokers or Brokers(),
        )
        runtime = await stack.enter_async_context(open_runtime(settings))
        rig = await _build(runtime, telegram, address.url)
        stack.push_async_callback(rig.stop)
        rig.start(**loops)
        yield rig


async def _build(runtime: Runtime, telegram: LocalTelegram, url: str) -> Rig:
    services = runtime.services
    account = await services.accounts.add("main", "paper", OrderMode.SEMI_AUTO, TradingMode.SANDBOX, SYSTEM)
    await runtime.open_books()
    key = await services.keys.create(account.id, "test", SYSTEM)
    application, keeper, poller = build_face(runtime, url)
    codec = Codec(runtime.signing_key)
    return Rig(runtime, telegram, application, keeper, poller, codec, url, account, key.secret)


def build_face(runtime: Runtime, url: str) -> tuple[GatedApplication, CardKeeper, Poller]:
    """Application, keeper and poller as one process has them."""
    services = runtime.services
    settings = TelegramSettings(TOKEN, url)
    application = build_application(services, settings, runtime.signing_key, services.clock.observe)
    return (
        application,
        build_keeper(application, services, runtime.signing_key),
        Poller(application, services.health.telegram),
    )
