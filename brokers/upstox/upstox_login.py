"""Upstox's login: a page of Upstox gives the person a code, and the code becomes a token for one day."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from brokers.common.http_client import Call
from brokers.common.rest.row_fields import as_row, needed, text
from core.clock import IST
from core.errors import BrokerRefused, Unsupported
from core.market.broker_session import BrokerSession

_ENDS = time(3, 30)
_PAGE = "https://api.upstox.com/v2/login/authorization/dialog"
_NO_PAGE = (
    "These credentials are an access token alone; a login needs the API key, its secret and the redirect address"
)


def login_url(credentials: Mapping[str, str]) -> str:
    """The page where the person logs in. Raises Unsupported for credentials that have no application."""
    if not has_page(credentials):
        raise Unsupported(_NO_PAGE)
    asked = {
        "response_type": "code",
        "client_id": credentials["api_key"],
        "redirect_uri": credentials["redirect_uri"],
    }
    return f"{_PAGE}?{urlencode(asked)}"


def has_page(credentials: Mapping[str, str]) -> bool:
    """Whether these credentials can be logged in with."""
    return {"api_key", "api_secret", "redirect_uri"} <= credentials.keys()


def make_exchange(credentials: Mapping[str, str], answer: str) -> Call:
    """What makes a token of the code, which may come with the whole address it was sent to."""
    if not has_page(credentials):
        raise Unsupported(_NO_PAGE)
    form = {
        "code": _code(answer.strip()),
        "client_id": credentials["api_key"],
        "client_secret": credentials["api_secret"],
        "redirect_uri": credentials["redirect_uri"],
        "grant_type": "authorization_code",
    }
    return Call("POST", "/v2/login/authorization/token", {"Accept": "application/json"}, form=form)


def read_token(said: object) -> str:
    """The token. Raises ValueError."""
    return needed(as_row(said), "access_token")


def read_session(data: object, now: datetime) -> BrokerSession:
    """Who is logged in; tokens end at 03:30 in India. Raises ValueError."""
    row = as_row(data)
    who = needed(row, "user_id")
    return BrokerSession(True, f"Upstox user {who} {text(row, 'user_name')}".strip(), _ends(now))


def _ends(now: datetime) -> datetime:
    today = datetime.combine(now.astimezone(IST).date(), _ENDS, IST)
    return today if now < today else today + timedelta(days=1)


def _code(answer: str) -> str:
    code = parse_qs(urlsplit(answer).query).get("code", [""])[0] if "?" in answer else answer
    if not code:
        raise BrokerRefused("That is neither Upstox's code nor an address with one")
    return code
