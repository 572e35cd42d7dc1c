"""Everything that a client may do themselves, in one place."""

from dataclasses import dataclass

from core.services.trading.client_cancels import ClientCancels
from core.services.trading.client_changes import ClientChanges
from core.services.trading.client_closes import ClientCloses


@dataclass(frozen=True, slots=True)
class ClientActions:
    """Closing, cancelling and changing; each is asked first."""

    closes: ClientCloses
    cancels: ClientCancels
    changes: ClientChanges
