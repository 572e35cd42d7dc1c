"""The types of ids, distinct so that one cannot be passed for another."""

from typing import NewType

AccountId = NewType("AccountId", int)
ApiKeyId = NewType("ApiKeyId", int)
ApproverId = NewType("ApproverId", int)
CardId = NewType("CardId", int)
DigestId = NewType("DigestId", int)
LegId = NewType("LegId", int)
OrderId = NewType("OrderId", int)

UserId = NewType("UserId", int)
"""A Telegram user's id: the only thing that a person's rights depend on."""
ChatId = NewType("ChatId", int)
MessageId = NewType("MessageId", int)

ClientOrderId = NewType("ClientOrderId", str)
"""Ours: at most 20 letters and digits, sent to the broker as its tag."""
BrokerOrderId = NewType("BrokerOrderId", str)
"""Theirs: whatever the broker calls the order."""

SYSTEM_ACCOUNT = AccountId(0)
"""The audit chain of what belongs to no account, such as a stranger's message."""
