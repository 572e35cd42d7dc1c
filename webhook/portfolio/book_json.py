"""What a broker holds, in OpenAlgo's words: pure functions from our types to JSON objects."""

from collections.abc import Sequence
from decimal import Decimal

from core.money import ZERO, as_json_number, mean_price
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action, Product
from core.orders.states import FINAL_LEG_STATES, BrokerStatus
from core.portfolio.positions import Funds, Holding, Position, Trade
from webhook.fields.json_values import Json, percent, stamp


def order(found: BrokerOrder, sandbox: bool) -> Json:
    """One order of the order book."""
    terms = found.terms
    body: Json = {
        "action": terms.action.value,
        "exchange": terms.exchange,
        "order_status": found.status.value,
        "orderid": found.broker_order_id,
        "price": as_json_number(terms.price),
        "pricetype": terms.pricetype.value,
        "product": terms.product.value,
        "quantity": as_json_number(terms.quantity),
        "symbol": terms.symbol,
        "timestamp": stamp(found.placed_at),
        "trigger_price": as_json_number(terms.trigger_price),
    }
    return body | _order_in_sandbox(found) if sandbox else body


def _order_in_sandbox(found: BrokerOrder) -> Json:
    pending = ZERO if found.status in FINAL_LEG_STATES else found.terms.quantity - found.filled_quantity
    return {
        "average_price": as_json_number(mean_price(found.average_price)),
        "filled_quantity": as_json_number(found.filled_quantity),
        "pending_quantity": as_json_number(pending),
        "rejection_reason": found.message if found.status is BrokerStatus.REJECTED else "",
        "strategy": found.strategy,
    }


def order_status(found: BrokerOrder, sandbox: bool) -> Json:
    """One order as orderstatus tells it: with the price it was filled at, live too."""
    return order(found, sandbox) | {"average_price": as_json_number(mean_price(found.average_price))}


def order_statistics(orders: Sequence[BrokerOrder], sandbox: bool) -> Json:
    """The order book's counts."""

    def standing(status: BrokerStatus) -> int:
        return sum(found.status is status for found in orders)

    buys = sum(found.terms.action is Action.BUY for found in orders)
    counts: Json = {
        "total_buy_orders": buys,
        "total_sell_orders": len(orders) - buys,
        "total_completed_orders": standing(BrokerStatus.COMPLETE),
        "total_open_orders": standing(BrokerStatus.OPEN),
        "total_rejected_orders": standing(BrokerStatus.REJECTED),
    }
    waiting: Json = {"total_trigger_pending_orders": standing(BrokerStatus.TRIGGER_PENDING)}
    return counts | waiting if sandbox else counts


def trade(found: Trade, sandbox: bool) -> Json:
    """One fill of the trade book."""
    price = as_json_number(found.price)
    body: Json = {
        "action": found.action.value,
        "average_price": price,
        "exchange": found.exchange,
        "orderid": found.broker_order_id,
        "product": found.product.value,
        "quantity": as_json_number(found.quantity),
        "symbol": found.symbol,
        "timestamp": stamp(found.at),
        "trade_value": as_json_number(found.price * found.quantity),
    }
    more: Json = {"tradeid": found.trade_id, "price": price, "strategy": found.strategy}
    return body | more if sandbox else body


def position(found: Position, sandbox: bool, lot: int | None) -> Json:
    """One line of the position book; `pnl` is what was taken today plus what is open."""
    total = as_json_number(found.realised_today + found.unrealised)
    body: Json = {
        "symbol": found.symbol,
        "exchange": found.exchange,
        "product": found.product.value,
        "quantity": as_json_number(found.quantity),
        "average_price": as_json_number(mean_price(found.average_price)),
        "ltp": as_json_number(found.ltp),
        "pnl": total,
    }
    more: Json = {
        "pnlpercent": percent(found.unrealised, abs(found.average_price * found.quantity)),
        "unrealized_pnl": as_json_number(found.unrealised),
        "today_realized_pnl": as_json_number(found.realised_today),
        "total_pnl_today": total,
        "lot_size": lot,
    }
    return body | more if sandbox else body


def position_totals(positions: Sequence[Position]) -> Json:
    """The sums that the sandbox puts beside its position book."""
    realised = sum((found.realised_today for found in positions), ZERO)
    unrealised = sum((found.unrealised for found in positions), ZERO)
    total = as_json_number(realised + unrealised)
    return {
        "total_pnl": total,
        "total_pnl_today": total,
        "total_today_realized_pnl": as_json_number(realised),
        "total_unrealized_pnl": as_json_number(unrealised),
    }


def _invested(found: Holding) -> Decimal:
    return found.average_price * found.quantity


def _worth(found: Holding) -> Decimal:
    return found.ltp * found.quantity if found.ltp else _invested(found)


def holding(found: Holding, sandbox: bool) -> Json:
    """One line of the holdings; without a price it is worth what it cost."""
    gain = _worth(found) - _invested(found)
    body: Json = {
        "symbol": found.symbol,
        "exchange": found.exchange,
        "quantity": as_json_number(found.quantity),
        "product": Product.CNC.value,
        "average_price": as_json_number(mean_price(found.average_price)),
        "pnl": as_json_number(gain),
        "pnlpercent": percent(gain, _invested(found)),
    }
    more: Json = {
        "ltp": as_json_number(found.ltp),
        "current_value": as_json_number(_worth(found)),
        "settlement_date": found.settled_on and found.settled_on.isoformat(),
    }
    return body | more if sandbox else body


def holding_statistics(holdings: Sequence[Holding]) -> Json:
    """The sums beside the holdings."""
    invested = sum((_invested(found) for found in holdings), ZERO)
    worth = sum((_worth(found) for found in holdings), ZERO)
    return {
        "totalholdingvalue": as_json_number(worth),
        "totalinvvalue": as_json_number(invested),
        "totalprofitandloss": as_json_number(worth - invested),
        "totalpnlpercentage": percent(worth - invested, invested),
    }


def funds(found: Funds, sandbox: bool) -> Json:
    """The account's money: live as text with two decimals, in the sandbox as numbers."""
    amounts = {
        "availablecash": found.available,
        "collateral": found.collateral,
        "m2mrealized": found.realised,
        "m2munrealized": found.unrealised,
        "utiliseddebits": found.used,
    }
    if not sandbox:
        return {name: f"{amount:.2f}" for name, amount in amounts.items()}
    paper = found.paper
    total = paper.realised_total if paper else found.realised
    return {name: as_json_number(amount) for name, amount in amounts.items()} | {
        "grossexposure": as_json_number(paper.gross_exposure if paper else found.used),
        "last_reset": stamp(paper.last_reset) if paper and paper.last_reset else None,
        "reset_count": paper.reset_count if paper else 0,
        "today_realized_pnl": as_json_number(found.realised),
        "total_realized_pnl": as_json_number(total),
        "totalpnl": as_json_number(total + found.unrealised),
    }
