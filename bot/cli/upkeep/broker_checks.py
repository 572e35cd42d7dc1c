"""What `countersign doctor` finds out about an account's broker."""

import asyncio
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.cli.upkeep.finding import Finding
from bot.process.bootstrap import Runtime
from core.accounts import Account, TradingMode
from core.clock import render_duration, render_ist
from core.errors import CountersignError
from core.market.instruments import table_note


async def examine_broker(runtime: Runtime, account: Account) -> list[Finding]:
    """Whether an order sent now could arrive, how old the session is, and from where it would come."""
    what = f"broker/{account.name}"
    try:
        if account.has_paper_broker:
            await runtime.brokers.book(account, TradingMode.LIVE).check()
            return [Finding(what, True, "paper is reachable")]
        state = await runtime.services.broker_logins.session(account)
    except CountersignError as fault:
        return [Finding(what, False, str(fault))]
    session, age = state.session, ""
    if state.changed_at is not None:
        age = f", credentials are {render_duration(runtime.services.clock.now() - state.changed_at)} old"
    until = f", until {render_ist(session.expires_at)}" if session.expires_at is not None else ""
    advice = "" if session.is_open else f"; run `countersign broker login {account.name}`"
    found = [Finding(what, session.is_open, f"{account.broker}: {session.detail}{until}{age}{advice}")]
    if session.is_open:
        found.append(await _order_updates(runtime, account))
    return [*found, await _instruments(runtime, account), await _egress(runtime, account)]


async def _order_updates(runtime: Runtime, account: Account) -> Finding:
    """Whether the broker pushes order updates; that it does not is no fault, since orders are asked about as well."""
    what = f"updates/{account.name}"
    if not runtime.settings.brokers.order_streams:
        return Finding(what, True, "order updates are not listened to ([brokers] order_streams)")
    try:
        await runtime.services.order_streams.try_out(account)
    except CountersignError as fault:
        every = render_duration(runtime.settings.refresh.every)
        return Finding(what, True, f"none are pushed, orders are asked about every {every}: {fault}")
    return Finding(what, True, "order updates are pushed")


async def _instruments(runtime: Runtime, account: Account) -> Finding:
    what = f"instruments/{account.name}"
    try:
        await runtime.connections.load_instruments(account.id)
    except CountersignError as fault:
        return Finding(what, False, str(fault))
    as_of = runtime.connections.instruments_of(account.id)
    return Finding(what, as_of is not None, table_note(as_of).replace("contract table", "list") or "there is none")


async def _egress(runtime: Runtime, account: Account) -> Finding:
    """The address of this machine that packets to the broker leave from; nothing is sent to find out."""
    host = urlsplit(runtime.settings.brokers.address_of(account.broker).base_url).hostname or ""
    what = f"address/{account.name}"
    try:
        address = await asyncio.to_thread(_source_address, host)
    except OSError as fault:
        return Finding(what, False, f"{host} cannot be found ({fault.strerror}); is the network up?")
    if ip_address(address).is_loopback:
        return Finding(what, True, f"orders to {host} stay on this machine")
    if ip_address(address).is_private:
        text = f"orders leave from {address}, which is private: the broker sees your router's address"
    else:
        text = f"orders leave from {address}"
    return Finding(what, True, f"{text}; brokers in India take orders only from the static address registered there")


def _source_address(host: str) -> str:
    family, _, _, _, target = socket.getaddrinfo(host, 443, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket only chooses the route.
        probe.connect(target)
        return str(probe.getsockname()[0])
