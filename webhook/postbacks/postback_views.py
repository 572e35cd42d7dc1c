"""POST /broker/<broker>/postback/<token>: a broker says that an order moved, and the order is asked about."""

from aiohttp import web

from core.accounts import Account
from core.errors import CountersignError, Unauthorized
from core.services.facade import Services
from webhook.request.body import read_body
from webhook.request.pipeline import ACCOUNT, Handler
from webhook.request.rate_limits import RateLimits
from webhook.request.replies import explain, refuse, reply

_NOT_THEIRS = "The checksum is not this account's. Nothing was done."


def postbacks(services: Services, rate_limits: RateLimits) -> Handler:
    """The handler: 404 for an address that is not one, 403 for a body that its broker did not sign."""

    async def recognise(request: web.Request) -> Account:
        broker, token = request.match_info["broker"], request.match_info["token"]
        if not token.isascii():
            raise Unauthorized()
        return await rate_limits.admit_key(
            lambda key: services.postbacks.recognise(broker, key), token, request.remote, is_order=False
        )

    async def handle(request: web.Request) -> web.Response:
        try:
            account = await recognise(request)
            request[ACCOUNT] = account.id
            is_taken = services.postbacks.take(account, await read_body(request))
        except Unauthorized:
            return refuse(404, "Not found").response()
        except CountersignError as fault:
            return explain(fault).response()
        if not is_taken:
            return refuse(403, _NOT_THEIRS).response()
        return reply({"status": "success"}).response()

    return handle
