"""Every exception of the program, in one tree.

    CountersignError
    ├── Fault                 the caller asked wrongly, and is told
    │   ├── Invalid           a field is wrong
    │   │   └── Unsupported   the account's broker does not offer it
    │   ├── NotAllowed        the account's mode forbids it
    │   ├── NotFound          no such thing, or not yours
    │   ├── TooLate           somebody or something was faster
    │   ├── TooMany           more than our limits allow; later it may be fine
    │   ├── OverLimit         the client's limits forbid it
    │   ├── IdempotencyMismatch / StillRunning
    │   └── Unauthorized      no valid key, or not an approver
    │       └── Disabled      the key is valid, and its account takes no orders
    ├── BrokerError
    │   ├── BrokerUnavailable never left us; may be tried again
    │   ├── BrokerRefused     answered no; final
    │   └── OutcomeUnknown    left us, no readable answer; never tried again
    ├── Undeliverable         a receiver of our messages gave no answer
    ├── CallerChanged         the account or key changed while the request was on its way
    ├── Unready               we cannot be trusted to act now: clock, database, settings
    │   └── Paused            somebody paused the account
    ├── IllegalMove           a bug: a state machine has no such row
    └── ConfigError           stops the start, names the key

An error's default message is the first line of its docstring.
"""


class CountersignError(Exception):
    """Something went wrong."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class Fault(CountersignError):
    """The request cannot be carried out."""


class Invalid(Fault):
    """The request is not valid."""

    def __init__(self, message: str = "", field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Unsupported(Invalid):
    """The account's broker does not offer that."""


class NotAllowed(Fault):
    """That is not allowed in this mode."""


class NotFound(Fault):
    """There is no such thing."""


class TooLate(Fault):
    """It has already been decided."""


class TooMany(Fault):
    """Too many requests."""

    def __init__(self, message: str = "", retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds after which it may be tried again."""


class OverLimit(Fault):
    """The client's limits forbid that."""


class IdempotencyMismatch(Fault):
    """This Idempotency-Key was used with another body."""


class StillRunning(Fault):
    """The first request with this Idempotency-Key has not finished."""


class Unauthorized(Fault):
    """You may not do that."""


class Disabled(Unauthorized):
    """This account is disabled: your key is right, but nothing is taken for it until its operator enables it."""


class BrokerError(CountersignError):
    """The broker could not do that."""


class BrokerUnavailable(BrokerError):
    """The broker could not be reached; nothing was sent."""


class BrokerRefused(BrokerError):
    """The broker refused the order."""


class OutcomeUnknown(BrokerError):
    """The broker's answer did not arrive."""


class Undeliverable(CountersignError):
    """The receiver gave no answer."""


class Unready(CountersignError):
    """Countersign cannot safely act right now; nothing was executed."""


class Paused(Unready):
    """Trading is paused; nothing was executed."""


class CallerChanged(CountersignError):
    """The account or its key changed while the request was on its way."""


class IllegalMove(CountersignError):
    """That cannot happen in this state."""


class ConfigError(CountersignError):
    """The configuration is not usable."""
