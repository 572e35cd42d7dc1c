"""Implied volatilities and Greeks; the same in both trading modes."""

from decimal import Decimal

from core.services.market.option_analytics import OptionQuery
from webhook.market import greeks_json, schemas
from webhook.request.endpoint import Call, without_mode


@without_mode
async def option_greeks(call: Call[schemas.OptionGreeks]) -> greeks_json.OptionImplies:
    """POST /api/v1/optiongreeks."""
    query = _query(call.body, call.body, call.body.forward_price)
    return greeks_json.one_option(await call.services.option_analytics.value(call.caller.account, query))


@without_mode
async def multi_option_greeks(call: Call[schemas.MultiOptionGreeks]) -> greeks_json.ManyOptions:
    """POST /api/v1/multioptiongreeks: an option without Greeks says why, and the others are told all the same."""
    queries = [_query(one, call.body) for one in call.body.symbols]
    found = await call.services.option_analytics.values(call.caller.account, queries)
    return greeks_json.many_options(queries, found)


def _query(
    option: schemas.AnOption,
    body: schemas.OptionGreeks | schemas.MultiOptionGreeks,
    forward: Decimal | None = None,
) -> OptionQuery:
    return OptionQuery(
        exchange=option.exchange,
        symbol=option.symbol,
        interest=body.interest_rate,
        expiry_time=body.expiry_time,
        forward=forward,
        underlying_symbol=option.underlying_symbol,
        underlying_exchange=option.underlying_exchange,
    )
