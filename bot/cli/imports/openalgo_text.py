"""What an import from OpenAlgo did or would do, as people and as programs read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.cli.console import table
from bot.text.amounts import counted
from core.accounts import OrderMode
from core.clock import render_ist
from core.market.instruments import table_note
from core.money import plain, rupees
from core.openalgo.past_orders import PastOrder
from core.services.operations.openalgo_report import BookFate, ImportReport, Invited, ListReport, UserReport

NEVER = (
    "Passwords, TOTP secrets, broker logins and tokens, and the Telegram bot's token never come over, nor do "
    "finished sandbox orders and trades. Use another bot than OpenAlgo's: Telegram tells of a tap only once."
)


def as_facts(report: ImportReport, start: str) -> dict[str, object]:
    """A report as --json shows it; codes only when they were made. `start` is the bot's link up to a code."""
    return {
        "applied": report.is_done,
        "changed": report.is_change,
        "sandbox_found": report.has_sandbox,
        "instruments": _list_facts(report.contracts),
        "users": [_user_facts(one, start, is_done=report.is_done) for one in report.users],
        "strategies": list(report.strategies),
    }


def _list_facts(contracts: ListReport) -> dict[str, object]:
    return {
        "what": contracts.fate.value,
        "count": contracts.count,
        "as_of": contracts.as_of.isoformat() if contracts.count else None,
        "left_out": dict(contracts.left_out),
        "in_use": contracts.is_listed,
    }


def _user_facts(user: UserReport, start: str, *, is_done: bool) -> dict[str, object]:
    account = user.account
    return {
        "user": user.user,
        "account": account.name,
        "new": user.is_new,
        "broker": account.broker,
        "order_mode": str(account.order_mode),
        "trading_mode": str(account.trading_mode),
        "key": user.key.value,
        "sandbox": _sandbox_facts(user),
        "decided": {"recorded": user.decided, "recorded_before": user.known},
        "links": [_link_facts(one, start, is_done=is_done) for one in user.invited],
        "in_doubt": [one.facts() for one in user.in_doubt],
        "pending": [one.facts() for one in user.waiting],
        "left_out": [{"kind": one.kind, "name": one.name, "why": one.why} for one in user.left_out],
    }


def _sandbox_facts(user: UserReport) -> dict[str, object]:
    facts: dict[str, object] = {"what": user.sandbox.fate.value}
    if draft := user.sandbox.draft:
        book = draft.book
        facts |= {
            "capital": plain(book.head.capital),
            "realised": plain(book.head.realised),
            "positions": len(book.positions),
            "holdings": len(book.holdings),
            "orders": dict(draft.renumbered),
            "triggers": [one.trigger_id for one in draft.gtts],
        }
    return facts


def _link_facts(invited: Invited, start: str, *, is_done: bool) -> dict[str, object]:
    facts: dict[str, object] = {"telegram_id": invited.person.telegram_id, "name": invited.person.name}
    if is_done:
        link = invited.link
        url = f"{start}{link.code}" if start else None
        facts |= {"role": link.role.value, "code": link.code, "url": url, "expires_at": link.expires_at.isoformat()}
    return facts


def in_words(report: ImportReport, start: str) -> str:
    """A report as people read it."""
    parts = [_heading(report), "\n".join(_list_lines(report.contracts))]
    for user in report.users:
        parts += ["\n".join(_user_lines(user, report)), *_lists(user)]
        parts += [_links(user.invited, start)] if report.is_done and user.invited else []
    if report.strategies:
        how = "`countersign key create ACCOUNT --webhook`"
        parts.append(f"Addresses for webhooks are made anew, with {how}: {', '.join(report.strategies)}")
    return "\n\n".join([*parts, NEVER])


def _heading(report: ImportReport) -> str:
    if not report.is_change:
        return "Everything that can come over is here already. Nothing was changed."
    if report.is_done:
        return "This came over from OpenAlgo."
    return "This is what would come over from OpenAlgo. Nothing was changed; --apply does it."


def _list_lines(contracts: ListReport) -> Iterator[str]:
    of = f"; {counted(contracts.count, 'instrument')}, {table_note(contracts.as_of)}" if contracts.count else ""
    yield f"list of instruments: {contracts.fate}{of}"
    for why, count in sorted(contracts.left_out.items(), key=lambda one: -one[1]):
        yield f"  {counted(count, 'row')} left out: {why}"
    if contracts.count and not contracts.is_listed:
        yield '  The paper market does not list them; it does with instruments = "imported" under [paper].'


def _user_lines(user: UserReport, report: ImportReport) -> Iterator[str]:
    account = user.account
    yield f"{user.user} → account {account.name}, {'new' if user.is_new else 'as it stands here'}"
    yield f"  modes      {account.order_mode}, {account.trading_mode}"
    if account.order_mode == OrderMode.AUTO:
        yield (
            "             auto sends orders without asking anybody; "
            f"`countersign account set {account.name} --order-mode semi_auto` has them wait"
        )
    set_up = f"; set it up with `countersign broker set {account.name} {account.broker}`"
    yield f"  broker     {account.broker}{'' if account.has_paper_broker else set_up}"
    yield f"  API key    {user.key}"
    yield f"  sandbox    {_sandbox_words(user) if report.has_sandbox else 'its database, sandbox.db, was not found'}"
    yield f"  decisions  {counted(user.decided, 'decided order')} for the audit trail, {user.known} were on it"
    if user.invited and not report.is_done:
        yield f"  people     a link code for {', '.join(_person(one) for one in user.invited)}"


def _sandbox_words(user: UserReport) -> str:
    draft = user.sandbox.draft
    if user.sandbox.fate is not BookFate.COMES or draft is None:
        return user.sandbox.fate.value
    book = draft.book
    things = (
        counted(len(book.positions), "position"),
        counted(len(book.holdings), "holding"),
        counted(len(book.open_orders), "waiting order"),
        counted(len(draft.gtts), "trigger"),
    )
    return f"capital {rupees(book.head.capital)}, profit {rupees(book.head.realised)}; {', '.join(things)}"


def _lists(user: UserReport) -> Iterator[str]:
    if (draft := user.sandbox.draft) and draft.renumbered:
        rows = [{"order there": there, "order here": here} for there, here in draft.renumbered.items()]
        yield f"Waiting sandbox orders have new numbers:\n{table(rows, '')}"
    if user.in_doubt:
        yield (
            "Approved in OpenAlgo, but without a broker's number: look into the broker's own order book. They are "
            f"never sent from here:\n{_orders(user.in_doubt)}"
        )
    if user.waiting:
        yield (
            "Nobody decided these in OpenAlgo. They are not here; whoever still wants them sends them again:\n"
            f"{_orders(user.waiting)}"
        )
    if user.left_out:
        rows = [{"does not come over": f"{one.kind} {one.name}".strip(), "why": one.why} for one in user.left_out]
        yield table(rows, "")


def _orders(orders: Sequence[PastOrder]) -> str:
    rows = [
        {
            "order": one.openalgo_order,
            "kind": one.api_type,
            "what": one.what,
            "strategy": one.strategy,
            "since": render_ist(one.created_at) if one.created_at else "",
            "status": one.broker_status or one.status,
        }
        for one in orders
    ]
    return table(rows, "")


def _links(invited: Sequence[Invited], start: str) -> str:
    account, until = invited[0].link.account.name, render_ist(invited[0].link.expires_at)
    intro = f"Who was linked there is not linked here yet. Each code links one person as owner, until {until}"
    said = [f"  {_person(one)}: {start or '/start '}{one.link.code}" for one in invited]
    return "\n".join([f"{intro}; later: `countersign link {account}`.", *said])


def _person(invited: Invited) -> str:
    return f"{invited.person.name} ({invited.person.telegram_id})".strip()
