"""What the way in for orders is made of."""

from dataclasses import dataclass

from core.ports import OrderLog
from core.services.access.keys import Keys
from core.services.intake.denials import Denials
from core.services.intake.idempotency import IdempotentAnswers
from core.services.intake.in_advance import InAdvance
from core.services.intake.leg_resolution import LegResolver
from core.services.intake.position_locks import PositionLocks
from core.services.intake.refused_exits import RefusedExits
from core.services.limits.order_facts import LimitFacts
from core.services.wakeups import Wakeups


@dataclass(frozen=True, slots=True)
class IntakeParts:
    """The collaborators of Intake."""

    log: OrderLog
    keys: Keys
    answers: IdempotentAnswers
    leg_resolver: LegResolver
    denials: Denials
    position_locks: PositionLocks
    wakeups: Wakeups
    limits: LimitFacts
    exits: RefusedExits
    in_advance: InAdvance
