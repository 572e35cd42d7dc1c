"""Logging a client in at Kite, and asking whether the login still holds."""

from dataclasses import replace

from brokers.common.rest.row_fields import as_row, needed, text
from brokers.zerodha.kite_answers import Said
from brokers.zerodha.kite_calls import read_call, session_call
from brokers.zerodha.kite_connection import KiteConnection
from brokers.zerodha.kite_session import KiteLogin, login_url, request_token_in
from core.clock import Clock
from core.errors import BrokerRefused, BrokerUnavailable, OutcomeUnknown
from core.market.broker_session import BrokerSession

_AGAIN = "please open the login page once more"


class KiteEntry:
    """One client's way in."""

    def __init__(self, connection: KiteConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def session(self) -> BrokerSession:
        """Whether Kite knows the login, asked now. Raises BrokerUnavailable when it does not answer."""
        if not self._connection.why_over:
            try:
                profile = await self._connection.read(read_call(self._connection.login, "/user/profile"))
                who = as_row(profile)
            except ValueError:
                raise BrokerUnavailable("Zerodha's answer could not be read") from None
            except BrokerUnavailable:
                # Kite said no to the login: that is an answer. Anything else is none.
                if not self._connection.why_closed:
                    raise
            else:
                return self._described(True, f"{text(who, 'user_name')} ({text(who, 'user_id')})".strip())
        return self._described(False, self._connection.why_closed)

    def _described(self, is_open: bool, detail: str) -> BrokerSession:
        url = login_url(self._connection.login.stored())
        return BrokerSession(is_open, detail, self._connection.ends_at, url)

    async def log_in(self, answer: str) -> KiteLogin:
        """Exchange what the login page gave for a session, and use it. Raises BrokerRefused, BrokerUnavailable."""
        login = self._connection.login
        token = request_token_in(answer)
        if not token:
            raise BrokerRefused(f"There is no request_token in that; {_AGAIN} and copy the address it leads to")
        asked_at = self._clock.now()
        try:
            data = await self._connection.exchange(session_call(login, token))
        except OutcomeUnknown:
            # A request token works once: whether this one is used up, nobody knows.
            raise BrokerUnavailable(f"Zerodha did not answer in time; {_AGAIN}") from None
        if isinstance(data, Said):
            raise self._no(data)
        made = self._read(login, data)
        if login.user_id and made.user_id != login.user_id:
            raise BrokerRefused(f"This is the login of {made.user_id}, but the account is that of {login.user_id}")
        begun = replace(made, made_at=asked_at)
        self._connection.begin(begun)
        return begun

    def _read(self, login: KiteLogin, data: object) -> KiteLogin:
        try:
            row = as_row(data)
            return replace(login, access_token=needed(row, "access_token"), user_id=text(row, "user_id"))
        except ValueError:
            raise BrokerUnavailable(f"Zerodha's answer could not be read; {_AGAIN}") from None

    def _no(self, said: Said) -> BrokerRefused | BrokerUnavailable:
        if said.status in (400, 403) and said.kind in ("TokenException", "InputException"):
            used = "Zerodha does not take this login: it is used or too old, or the API secret is wrong"
            return BrokerRefused(f"{used}; {_AGAIN}")
        return BrokerUnavailable(f"Zerodha did not log anybody in (status {said.status}); {_AGAIN}")
