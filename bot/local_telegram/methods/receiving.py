"""Methods by which updates reach the bot: polling and webhooks."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from bot.local_telegram.errors import ApiError, Json, bad_request, conflict
from bot.local_telegram.params import Params
from bot.local_telegram.state.webhook_info import Webhook
from bot.local_telegram.state.world import World

_LONGEST_POLL_S = 50
_MOST_UPDATES = 100
_MOST_CONNECTIONS = 100
_PORTS = (80, 88, 443, 8443)
_WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(frozen=True)
class Described:
    """A result that Telegram sends with a sentence."""

    result: bool
    description: str


async def get_updates(world: World, params: Params) -> list[Json]:
    """The unconfirmed updates; waits for the first one if asked to."""
    if world.webhook.url:
        raise conflict(_WEBHOOK_ACTIVE)
    _remember_allowed(world, params)
    world.updates.confirm(params.integer("offset"))
    limit = min(max(params.integer("limit", _MOST_UPDATES), 1), _MOST_UPDATES)
    timeout = 0 if world.is_closing else min(params.integer("timeout"), _LONGEST_POLL_S)
    world.changed.fire()  # whoever waits for the bot to poll wakes once it does
    updates = await world.updates.poll(limit, timeout)
    if world.faults.is_out:
        raise ApiError(502, "Bad Gateway")
    return [update.wire() for update in updates]


def set_webhook(world: World, params: Params) -> Described:
    """Push updates to an address from now on; an empty one means polling again."""
    url = params.text("url")
    if not url:
        return delete_webhook(world, params)
    webhook = Webhook(
        _checked_url(url),
        _checked_secret(params.text("secret_token")),
        min(max(params.integer("max_connections", 40), 1), _MOST_CONNECTIONS),
    )
    _remember_allowed(world, params)
    _drop_pending(world, params)
    is_same = (world.webhook.url, world.webhook.secret_token) == (webhook.url, webhook.secret_token)
    world.webhook = webhook
    world.updates.terminate("terminated by setWebhook request")
    world.changed.fire()
    return Described(result=True, description="Webhook is already set" if is_same else "Webhook was set")


def delete_webhook(world: World, params: Params) -> Described:
    """Remove the webhook: the bot polls again."""
    was_set = bool(world.webhook.url)
    _drop_pending(world, params)
    world.webhook = Webhook()
    world.changed.fire()
    said = "Webhook was deleted" if was_set else "Webhook is already deleted"
    return Described(result=True, description=said)


def get_webhook_info(world: World, params: Params) -> Json:
    """The webhook's URL, and how its last attempts went."""
    return world.webhook.wire(len(world.updates.pending()), world.updates.allowed)


def _remember_allowed(world: World, params: Params) -> None:
    allowed = params.structure("allowed_updates")
    if isinstance(allowed, list):
        world.updates.allowed = [kind for kind in allowed if isinstance(kind, str)]


def _drop_pending(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.clear()


def _checked_secret(secret: str) -> str:
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    return secret


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise bad_request("invalid webhook URL specified") from error
    if _is_loopback(parts):
        return url
    if parts.scheme != "https" or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    return url


def _is_loopback(parts: SplitResult) -> bool:
    if parts.scheme not in ("http", "https"):
        return False
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"
