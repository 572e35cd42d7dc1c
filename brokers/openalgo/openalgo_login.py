"""Whether an OpenAlgo takes orders now: three questions, because no one answer of it says so."""

from brokers.openalgo.openalgo_changes import SEMI_AUTO_WORDS
from brokers.openalgo.openalgo_client import OpenAlgoClient
from brokers.openalgo.openalgo_placing import ANALYZE, DEFAULT_STRATEGY, KEY, SEMI_AUTO
from brokers.openalgo.openalgo_standing import reason_of
from core.errors import BrokerUnavailable
from core.market.broker_session import BrokerSession

NO_ORDER = "0"
"""An order number that no broker gives. To cancel it does nothing, but is refused in a way that shows the mode."""


async def ask_for_session(client: OpenAlgoClient) -> BrokerSession:
    """The mode, the login at the broker, and who approves. Raises BrokerUnavailable when nothing is answered."""
    analyzer = await client.tell("analyzer", {})
    data = analyzer.fields.get("data")
    mode = data.get("analyze_mode") if analyzer.is_success and isinstance(data, dict) else None
    if not isinstance(mode, bool):
        return BrokerSession(is_open=False, detail=reason_of(analyzer))
    client.standing.note_mode(is_analyze=mode)
    if mode:
        return BrokerSession(is_open=False, detail=ANALYZE)
    funds = await client.tell("funds", {})
    money = funds.fields.get("data")
    if not funds.is_success:
        return BrokerSession(is_open=False, detail=reason_of(funds))
    if not (isinstance(money, dict) and "availablecash" in money):
        # Its modules answer so when the broker has ended the login.
        return BrokerSession(is_open=False, detail=KEY)
    probe = await client.tell("cancelorder", {"strategy": DEFAULT_STRATEGY, "orderid": NO_ORDER})
    if not probe.fields or probe.status == 429:
        raise BrokerUnavailable(reason_of(probe))
    is_semi_auto = probe.status == 403 and SEMI_AUTO_WORDS in probe.message
    client.standing.note_order_mode(is_semi_auto=is_semi_auto)
    if is_semi_auto:
        return BrokerSession(is_open=False, detail=SEMI_AUTO)
    return BrokerSession(is_open=True, detail="OpenAlgo is in live mode, and is logged in to its broker")
