"""The people of an account, with buttons for its owner."""

from collections.abc import Sequence

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.text import messages
from bot.text import people_texts as texts
from bot.text.escaping import one_line, shown
from bot.text.language.retelling import retold_date
from core.accounts import Account, Approver, Role
from core.clock import IST
from core.ids import UserId
from core.services.access.people import PeopleOf, PersonChange, PersonChanged, PersonQuestion
from core.standing.wording import render_day

PAGE = 12
"""People on one page: each is a line and a button."""
_NAME = 40
_LABEL = 24
Page = tuple[str, Rows]


def people_page(owned: Sequence[PeopleOf], reader: UserId, number: int = 0) -> Page:
    """One page of everybody, account by account."""
    entries = [(of, person) for of in owned for person in of.people]
    pages = max(1, -(-len(entries) // PAGE))
    number = min(number, pages - 1)
    now = entries[number * PAGE :][:PAGE]
    blocks = []
    for of in dict.fromkeys(one.account.id for one, _ in now):
        here = [(one, person) for one, person in now if one.account.id == of]
        blocks.append("\n".join([shown(here[0][0].account.name), *(_line(p, reader) for _, p in here)]))
    many = len(owned) > 1
    rows = [[_person_button(one.account, person, many)] for one, person in now]
    rows += [[_button(texts.INVITE.format(account=_of(of.account, many)), f"i_{of.account.id}")] for of in owned]
    return "\n\n".join([texts.TITLE, *blocks, texts.HOW]), [*rows, *_turns(number, pages)]


def person_page(account: Account, person: Approver) -> Page:
    """One person, and what can be made of them."""
    text = texts.ONE.format(
        name=shown(person.name, _NAME), role=texts.ROLE_NAMES[person.role.value], account=shown(account.name)
    )
    meaning = [f"• {what}" for what in texts.ROLES.values()]
    changes = [one for one in PersonChange if one.role not in {None, person.role}]
    place = f"{account.id}_{person.user_id}"
    roles = [[_button(texts.BECOMES[one.value], f"c_{place}_{one.value}")] for one in changes]
    remove = [_button(texts.REMOVE, f"c_{place}_{PersonChange.REMOVE.value}")]
    return "\n".join([text, "", *meaning]), [*roles, remove, [_button(texts.BACK, "l_0")]]


def role_choice(account: Account) -> Page:
    """As what somebody is to be invited."""
    roles = [[_button(texts.ROLES[role.value], f"n_{account.id}_{role.value}")] for role in Role]
    return texts.WHICH_ROLE.format(account=shown(account.name)), [*roles, [_button(texts.BACK, "l_0")]]


def question(asked: PersonQuestion, asker: UserId) -> Page:
    """What is asked before it is done."""
    is_own = asked.person.user_id == asker and asked.change is PersonChange.REMOVE
    template = texts.LEAVE if is_own else texts.QUESTIONS[asked.change]
    words = _words(asked.account, asked.person)
    last = texts.LAST_OWNER.format(**words) if asked.leaves_no_owner else ""
    label = texts.YES_LEAVE if is_own else texts.YES[asked.change].format(name=one_line(asked.person.name, _LABEL))
    text = f"{template.format(**words)}{last}\n\n<i>{messages.CONFIRM_NOTE}</i>"
    return text, [[_button(label, f"y_{asked.token}")], [_button(texts.NO, "k")]]


def outcome(done: PersonChanged, asker: UserId) -> str:
    """What was done."""
    is_own = done.person.user_id == asker and done.change is PersonChange.REMOVE
    return (texts.LEFT if is_own else texts.DONE[done.change]).format(**_words(done.account, done.person))


def leave_choice(accounts: Sequence[Account]) -> Page:
    """Whose link is to end."""
    return texts.LEAVE_WHICH, [[_button(one_line(one.name, 40), f"u_{one.id}")] for one in accounts]


def _words(account: Account, person: Approver) -> dict[str, str]:
    return {"name": shown(person.name, _NAME), "account": shown(account.name)}


def _line(person: Approver, reader: UserId) -> str:
    name = f"{shown(person.name, _NAME)}{f' ({texts.YOU})' if person.user_id == reader else ''}"
    role = texts.ROLE_NAMES[person.role.value]
    since = retold_date(render_day(person.linked_at.astimezone(IST).date()))
    line = f"• {texts.PERSON.format(name=name, role=role, when=since)}"
    if person.unreachable_since is None:
        return line
    return f"{line}\n    {texts.UNREACHABLE.format(why=shown(person.unreachable_why, 60))}"


def _person_button(account: Account, person: Approver, many: bool) -> Button:
    label = texts.PERSON_BUTTON.format(name=one_line(person.name, _LABEL), account=_of(account, many))
    return _button(label, f"p_{account.id}_{person.user_id}")


def _of(account: Account, many: bool) -> str:
    return texts.OF_ACCOUNT.format(account=one_line(account.name, 12)) if many else ""


def _turns(number: int, pages: int) -> list[list[Button]]:
    before = [_button("◀", f"l_{number - 1}")] if number else []
    after = [_button("▶", f"l_{number + 1}")] if number + 1 < pages else []
    return [[*before, *after]] if before or after else []


def _button(label: str, argument: str) -> Button:
    return Button(label, Press(Act.PEOPLE, argument=argument))
