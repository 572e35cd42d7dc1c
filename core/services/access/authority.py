"""Who may act on an account, judged in the transaction that acts."""

from core.accounts import Account, Approver
from core.audit import Actor
from core.errors import Unauthorized
from core.ids import AccountId, UserId
from core.ports import ReadTransaction, Transaction


async def require_decider(
    tx: Transaction | ReadTransaction, account_id: AccountId, user_id: UserId
) -> tuple[Account, Approver]:
    """The account and the person's link to it. Raises Unauthorized for who may not decide, or a disabled account."""
    approver = await tx.accounts.find_approver(account_id, user_id)
    if approver is None:
        raise Unauthorized("You are not linked to this account. Nothing was done.")
    if not approver.role.decides:
        raise Unauthorized("You may look at this account, but not trade on it. Nothing was done.")
    account = await tx.accounts.get(account_id)
    if not account.enabled:
        raise Unauthorized("This account is disabled. Nothing was done.")
    return account, approver


def actor_of(approver: Approver) -> Actor:
    """The person, as the audit trail names them."""
    return Actor("telegram", approver.name, approver.user_id)
