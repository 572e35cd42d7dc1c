"""Every button of the client's own actions: the letter before the first `_` says which."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from telegram import Update

from bot.callbacks.codec import Act
from bot.handlers.actions.action_context import ActionContext
from bot.handlers.actions.cancelling import Cancels
from bot.handlers.actions.closing import Closes
from bot.handlers.actions.doubts import DoubtButtons
from bot.handlers.actions.modifying import Changes
from bot.handlers.actions.position_list import PositionList
from bot.handlers.actions.waiting_list import CANCEL, CHANGE, WaitingList
from bot.handlers.context import ButtonPress, HandlerContext
from bot.text import actions as texts
from bot.text.language.retelling import retold
from core.errors import BrokerError
from core.ids import AccountId

_Way = Callable[..., Awaitable[None]]


class ClientActions:
    """The client's commands and their buttons, put together."""

    def __init__(self, handler_context: HandlerContext) -> None:
        context = ActionContext(handler_context)
        self._waiting = WaitingList(context)
        self.positions = PositionList(context)
        self.closes = Closes(context, self.positions)
        self.cancels = Cancels(context, self._waiting)
        self.changes = Changes(context, self._waiting)
        self._doubts = DoubtButtons(handler_context)
        self.commands: Mapping[str, Callable[[Update, Any], Coroutine[Any, Any, None]]] = {
            **dict.fromkeys(("positions", "p"), self.positions.show),
            "close": self.closes.close,
            **dict.fromkeys(("closeall", "x"), self.closes.close_all),
            "cancel": self.cancels.cancel,
            **dict.fromkeys(("cancelall", "ca"), self.cancels.cancel_all),
            "modify": self.changes.modify,
        }
        self._ways: Mapping[str, _Way] = {
            "p": self.positions.turn,
            "c": self.closes.choose,
            "x": self.closes.press_all,
            "z": self.cancels.press_all,
            "a": self._choose_account,
            "w": self._choose_waiting,
            "l": self._turn_waiting,
            "s": self.changes.set,
            "n": self._from_notice,
            "y": self._confirm,
            "k": self._keep,
        }

    @property
    def behaviours(self) -> Mapping[Act, Callable[[ButtonPress], Awaitable[None]]]:
        """What each of their buttons does."""
        return {Act.CLIENT: self.press, Act.DOUBT: self._doubts.press}

    async def press(self, tap: ButtonPress) -> None:
        """Carry out one press; what the broker cannot tell is said."""
        way, *arguments = tap.press.argument.split("_")
        try:
            await self._ways[way](tap, *arguments)
        except BrokerError as why:
            await tap.answer(retold(str(why)), alert=True)

    async def _choose_account(self, tap: ButtonPress, verb: str, account_id: str) -> None:
        acts = self.closes if verb == "x" else self.cancels
        await acts.choose_account(tap, account_id)

    async def _choose_waiting(self, tap: ButtonPress, verb: str, account_id: str, wanted: str) -> None:
        found = await self._waiting.find(tap.presser.user_id, AccountId(int(account_id)), wanted)
        if found is None:
            await tap.answer(texts.LIST_CHANGED, alert=True)
            return
        acts = self.cancels if verb == CANCEL else self.changes
        await acts.choose(tap, found)

    async def _from_notice(self, tap: ButtonPress, verb: str, account_id: str) -> None:
        """A button under a notice: what it begins is a message of its own, so that the notice stays."""
        user_id, account = tap.presser.user_id, AccountId(int(account_id))
        begin = {
            "x": partial(self.closes.question, user_id, account),
            "z": partial(self.cancels.question, user_id, account),
            "c": partial(self._waiting.page, user_id, CANCEL),
            "m": partial(self._waiting.page, user_id, CHANGE),
            "p": partial(self.positions.page, user_id),
        }
        text, rows = await begin[verb]()
        await tap.answer()
        await tap.say(text, rows)

    async def _turn_waiting(self, tap: ButtonPress, verb: str, page: str) -> None:
        text, rows = await self._waiting.page(tap.presser.user_id, verb, int(page))
        await tap.answer()
        await tap.edit(text, rows)

    async def _confirm(self, tap: ButtonPress, verb: str, token: str) -> None:
        confirms = {"close": self.closes.confirm, "cancel": self.cancels.confirm, "change": self.changes.confirm}
        await confirms[verb](tap, token)

    async def _keep(self, tap: ButtonPress) -> None:
        await tap.answer(texts.KEPT)
        await tap.edit(texts.KEPT)
