"""Brings OpenAlgo's list of instruments over, and tells what of a sandbox needs it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.clock import trading_day
from core.openalgo.contract_list import ContractList
from core.openalgo.installation import LeftOut
from core.ports import BookDraft, ImportedList, Transaction
from core.services.operations.openalgo_report import ListFate, ListReport


def described(contracts: ContractList, now: datetime) -> ImportedList:
    """What is to be known of a list. It takes a while for a long one, so nobody should wait for it."""
    return ImportedList(contracts.as_of(trading_day(now)), now, len(contracts.instruments), contracts.digest())


async def bring_contracts(
    tx: Transaction, contracts: ContractList, new: ImportedList, *, apply: bool, is_listed: bool
) -> ListReport:
    """Store the list, described by `new`, if it differs from the one that is here; only tell so without `apply`."""
    report = ListReport(ListFate.NONE, new.count, new.as_of, contracts.left_out, is_listed)
    if not new.count:
        return report
    before = await tx.imported_lists.find()
    is_same = before is not None and before.digest == new.digest
    is_newer = contracts.noted_on is not None and before is not None and new.as_of > before.as_of
    if before is not None and is_same and not is_newer:
        return replace(report, fate=ListFate.WAS_HERE, as_of=before.as_of)
    if apply and is_same:
        await tx.imported_lists.note(new)
    elif apply:
        await tx.imported_lists.replace(new, contracts.instruments.values())
    return replace(report, fate=ListFate.COMES)


def pointed_out(draft: BookDraft, with_list: BookDraft, *, is_done: bool) -> Sequence[LeftOut]:
    """What a book leaves out; what does not come over only because the list is not in use says so."""
    still = {(one.kind, one.name) for one in with_list.left_out}
    would = "would have come" if is_done else "comes"
    hint = f'with instruments = "imported" under [paper] it {would} over'
    return [
        one if (one.kind, one.name) in still else LeftOut(one.kind, one.name, f"{one.why}; {hint}")
        for one in draft.left_out
    ]
