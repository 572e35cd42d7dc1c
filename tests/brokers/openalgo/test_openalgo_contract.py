"""OpenAlgo's adapter keeps the contract of brokers, and says the truth whatever breaks."""

from collections.abc import Mapping
from typing import ClassVar

from core.orders.broker_order import NotSent, QueuedElsewhere, Refused, Unknown
from tests.brokers.fault_contract import Case, FaultContract
from tests.brokers.faults import Delivery, late, says
from tests.contract.broker_contract import BrokerContract


class TestOpenAlgo(BrokerContract):
    """While nothing goes wrong."""


def _error(status: int, message: str, delivery: Delivery = Delivery.NEVER) -> Case:
    return Case(says(status, f'{{"status":"error","message":"{message}"}}', delivery), Unknown)


class TestFaultsOfOpenAlgo(FaultContract):
    """While something does, and while OpenAlgo itself says what it says."""

    own: ClassVar[Mapping[str, Case]] = {
        "success-without-an-id": Case(says(200, '{"status":"success"}', Delivery.AT_ONCE), Unknown),
        "success-with-a-null-id": Case(says(200, '{"status":"success","orderid":null}'), Unknown),
        "success-with-an-empty-id": Case(says(200, '{"status":"success","orderid":" "}'), Unknown),
        "queued-in-semi-auto": Case(
            says(200, '{"status":"success","message":"Order queued","mode":"semi_auto","pending_order_id":7}'),
            QueuedElsewhere,
        ),
        "taken-by-its-sandbox": Case(
            says(200, '{"mode":"analyze","orderid":"26112254370564","status":"success"}'), Unknown
        ),
        "refused-by-its-sandbox": Case(
            says(400, '{"mode":"analyze","status":"error","message":"LIMIT orders require price"}'), NotSent
        ),
        "internal-error": _error(500, "Failed to place order due to internal error"),
        "internal-error-of-an-order-that-is-there": _error(
            500, "Failed to place order due to internal error", Delivery.AT_ONCE
        ),
        "something-went-wrong": _error(500, "Something went wrong", Delivery.AT_ONCE),
        "error-with-200": _error(200, "Something went wrong", Delivery.AT_ONCE),
        "order-request-timed-out": Case(
            late(
                says(
                    400,
                    '{"status":"error","message":"Order request timed out. Please check the order book and confirm'
                    ' before placing again."}',
                )
            ),
            Unknown,
        ),
        "400-of-an-unlisted-kind": _error(400, "Oops", Delivery.AT_ONCE),
        "403-of-an-unlisted-kind": _error(403, "Insufficient permission for that call.", Delivery.AT_ONCE),
        "429-of-an-unlisted-kind": _error(429, "Slow down", Delivery.AT_ONCE),
        "404-of-an-unlisted-kind": _error(404, "no such thing", Delivery.AT_ONCE),
        "schema": Case(
            says(400, """{"status":"error","message":"{'symbol': ['Missing data for required field.']}"}"""), Refused
        ),
        "no-money": Case(says(400, '{"status":"error","message":"Insufficient funds. Required: 5"}'), Refused),
        "its-own-limit": Case(says(429, '{"message":"10 per 1 second"}'), NotSent),
        "the-brokers-limit": Case(says(429, '{"status":"error","message":"Too many requests"}'), NotSent),
        "wrong-key": Case(says(403, '{"status":"error","message":"Invalid openalgo apikey"}'), NotSent),
        "broker-wants-a-login": Case(
            says(403, '{"status":"error","message":"Incorrect `api_key` or `access_token`."}'), NotSent
        ),
        "broker-knows-another-address": Case(
            says(403, '{"status":"error","message":"Order placement is not allowed from this IP; use a static IP"}'),
            NotSent,
        ),
        "no-such-api": Case(
            says(404, '{"message":"Not found","path":"/api/v1/placeorder","status":"error"}'), NotSent
        ),
        "no-broker-chosen": Case(
            says(404, '{"status":"error","message":"Broker-specific module not found"}'), NotSent
        ),
    }
