"""Implied volatilities and Greeks; the same in both trading modes."""

from core.services.market.option_analytics import OptionQuery
from webhook.market import greeks_json, schemas
from webhook.request.endpoint import Call, without_mode


@without_mode
async def option_greeks(call: Call[schemas.OptionGreeks]) -> greeks_json.OptionImplies:
    """POST /api/v1/optiongreeks."""
    body = call.body
    query = OptionQuery(
        exchange=body.exchange,
        symbol=body.symbol,
        interest=body.interest_rate,
        expiry_time=body.expiry_time,
        forward=body.forward_price,
        underlying_symbol=body.underlying_symbol,
        underlying_exchange=body.underlying_exchange,
    )
    return greeks_json.one_option(await call.services.option_analytics.value(call.caller.account, query))


@without_mode
async def multi_option_greeks(call: Call[schemas.MultiOptionGreeks]) -> greeks_json.ManyOptions:
    """POST /api/v1/multioptiongreeks: an option without Greeks says why, and the others are told all the same."""
    body = call.body
    queries = [
        OptionQuery(
            exchange=one.exchange,
            symbol=one.symbol,
            interest=body.interest_rate,
            expiry_time=body.expiry_time,
            underlying_symbol=one.underlying_symbol,
            underlying_exchange=one.underlying_exchange,
        )
        for one in body.symbols
    ]
    found = await call.services.option_analytics.values(call.caller.account, queries)
    return greeks_json.many_options(queries, found)
