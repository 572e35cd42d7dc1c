"""/people: an owner sees who is linked and changes it; /unlink: anybody ends their own link."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from telegram import Update

from bot.handlers.context import ButtonPress, HandlerContext
from bot.handlers.orders import words_behind
from bot.pages.people import Page, leave_choice, outcome, people_page, person_page, question, role_choice
from bot.text import messages
from bot.text import people_texts as texts
from bot.text.escaping import shown
from core.accounts import Role
from core.errors import NotFound
from core.ids import AccountId, UserId
from core.services.access.people import PersonChange, PersonQuestion

_Way = Callable[..., Awaitable[None]]


class LinkedPeople:
    """Shows and changes; what somebody may do is judged by the use case."""

    def __init__(self, handler_context: HandlerContext) -> None:
        self._handler_context = handler_context
        self._people = handler_context.services.people
        self.commands: Mapping[str, Callable[[Update, Any], Coroutine[Any, Any, None]]] = {
            "people": self.show,
            "unlink": self.unlink,
        }
        self._ways: Mapping[str, _Way] = {
            "l": self._turn,
            "p": self._one,
            "i": self._choose_role,
            "n": self._invite,
            "c": self._change,
            "u": self._leave,
            "y": self._confirm,
            "k": self._keep,
        }

    async def show(self, update: Update, context: Any) -> None:
        """Send who is linked to the accounts that this person owns."""
        message = update.message
        if message is not None and message.from_user is not None:
            await self._handler_context.reply(message, *await self._list(UserId(message.from_user.id)))

    async def unlink(self, update: Update, context: Any) -> None:
        """Ask before the one link ends, or the one to the account that is named; else offer them."""
        message = update.message
        if message is None or message.from_user is None:
            return
        user_id, wanted = UserId(message.from_user.id), words_behind(message)
        links = await self._handler_context.services.client_view.accounts_of(user_id)
        accounts = [account for account, _ in links if wanted in ("", account.name)]
        if not accounts:
            await self._handler_context.reply(message, texts.NO_SUCH_ACCOUNT)
        elif len(accounts) > 1:
            await self._handler_context.reply(message, *leave_choice(accounts))
        else:
            await self._handler_context.reply(message, *await self._question_to_leave(user_id, accounts[0].id))

    async def press(self, tap: ButtonPress) -> None:
        """Carry out one press: a letter, then what it is about."""
        way, *arguments = tap.press.argument.split("_")
        await self._ways[way](tap, *arguments)

    async def _list(self, user_id: UserId, number: int = 0) -> Page:
        owned = await self._people.list_owned(user_id)
        return people_page(owned, user_id, number) if owned else (texts.ONLY_OWNERS, ())

    async def _turn(self, tap: ButtonPress, number: str) -> None:
        await tap.answer()
        await tap.edit(*await self._list(tap.presser.user_id, int(number)))

    async def _one(self, tap: ButtonPress, account_id: str, user_id: str) -> None:
        for of in await self._people.list_owned(tap.presser.user_id):
            found = [one for one in of.people if one.user_id == int(user_id) and of.account.id == int(account_id)]
            if found:
                await tap.answer()
                await tap.edit(*person_page(of.account, found[0]))
                return
        await tap.answer(texts.GONE, alert=True)
        await tap.edit(*await self._list(tap.presser.user_id))

    async def _choose_role(self, tap: ButtonPress, account_id: str) -> None:
        owned = await self._people.list_owned(tap.presser.user_id)
        found = [of.account for of in owned if of.account.id == int(account_id)]
        await tap.answer()
        await tap.edit(*(role_choice(found[0]) if found else (texts.ONLY_OWNERS, ())))

    async def _invite(self, tap: ButtonPress, account_id: str, role: str) -> None:
        new = await self._people.invite(tap.presser.user_id, AccountId(int(account_id)), Role(role))
        link = f"https://t.me/{tap.bot.username}?start={new.code}"
        text = texts.INVITATION.format(
            account=shown(new.account.name), role=texts.ROLE_NAMES[new.role.value], link=link, code=new.code
        )
        await tap.answer()
        await tap.say(text)
        await tap.edit(*await self._list(tap.presser.user_id))

    async def _change(self, tap: ButtonPress, account_id: str, user_id: str, change: str) -> None:
        asker = tap.presser.user_id
        place = AccountId(int(account_id)), UserId(int(user_id))
        result = await self._people.ask(asker, *place, PersonChange(change))
        await tap.answer()
        if isinstance(result, PersonQuestion):
            await tap.edit(*question(result, asker))
        else:
            await tap.edit(outcome(result, asker))

    async def _leave(self, tap: ButtonPress, account_id: str) -> None:
        page = await self._question_to_leave(tap.presser.user_id, AccountId(int(account_id)))
        await tap.answer()
        await tap.edit(*page)

    async def _question_to_leave(self, user_id: UserId, account_id: AccountId) -> Page:
        asked = await self._people.ask(user_id, account_id, user_id, PersonChange.REMOVE)
        assert isinstance(asked, PersonQuestion), "a removal is always asked about"
        return question(asked, user_id)

    async def _confirm(self, tap: ButtonPress, token: str) -> None:
        try:
            done = await self._people.confirm(token, tap.presser.user_id)
        except NotFound:
            await tap.answer(messages.QUESTION_GONE, alert=True)
            return
        await tap.answer()
        await tap.edit(outcome(done, tap.presser.user_id))

    async def _keep(self, tap: ButtonPress) -> None:
        await tap.answer(texts.KEPT)
        await tap.edit(texts.KEPT)
