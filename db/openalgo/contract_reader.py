"""Reads OpenAlgo's table of instruments and its freeze quantities; the broker's tokens and names are not read."""

from datetime import date

from core.clock import IST, trading_day
from core.openalgo.contract_list import ContractList, read_contract_list
from core.openalgo.rows import text
from core.openalgo.stamps import moment
from db.openalgo.source_database import SourceDatabase

_ROW = ("symbol", "exchange", "name", "expiry", "strike", "lotsize", "tick_size")
_FREEZE = ("exchange", "symbol", "freeze_qty")


def read_contracts(main: SourceDatabase) -> ContractList:
    """The list, empty when there is none. Raises ConfigError for a database that cannot be read."""
    return read_contract_list(main.each("symtoken", _ROW), main.each("qty_freeze", _FREEZE), _noted_on(main))


def _noted_on(main: SourceDatabase) -> date | None:
    """The day of the last list that came whole."""
    known = main.rows("master_contract_status", ("status", "last_updated"))
    taken = [moment(row, "last_updated", IST) for row in known if text(row, "status") == "success"]
    return max((trading_day(at) for at in taken if at is not None), default=None)
