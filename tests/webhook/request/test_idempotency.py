"""The Idempotency-Key: the first answer again, never a second order."""

import pytest

from core.errors import NotAllowed, Unready
from core.services.intake.intake import Sent
from core.services.trading.open_orders import CancelledAll
from tests.webhook.fakes import LIVE, LIVE_AUTO, SANDBOX, FakeServices, an_order
from tests.webhook.talking import ORDER, Http

KEY = "a5c1-0001"
CANCEL: dict[str, object] = {"apikey": SANDBOX, "strategy": "S", "orderid": "240001"}


async def test_a_repeated_order_is_one_order(http: Http, services: FakeServices) -> None:
    first = await http.post("placeorder", ORDER, Idempotency_Key=KEY)
    second = await http.post("placeorder", ORDER, Idempotency_Key=KEY)

    assert (second.status, second.raw) == (first.status, first.raw)
    assert len(services.intake.requests) == 1


async def test_a_slash_at_the_end_is_the_same_request(http: Http, services: FakeServices) -> None:
    await http.post("placeorder", ORDER, Idempotency_Key=KEY)
    second = await http.post("placeorder/", ORDER, Idempotency_Key=KEY)

    assert second.status == 200


async def test_a_sent_orders_answer_is_replayed_byte_for_byte(http: Http, services: FakeServices) -> None:
    services.intake.answer = Sent(an_order())
    first = await http.post("placeorder", ORDER, Idempotency_Key=KEY)
    services.intake.answer = Sent(an_order(strategy="changed"))

    second = await http.post("placeorder", ORDER, Idempotency_Key=KEY)

    assert second.raw == first.raw
    assert len(services.intake.requests) == 1


async def test_the_same_key_with_another_body_is_422(http: Http) -> None:
    await http.post("placeorder", ORDER, Idempotency_Key=KEY)
    answer = await http.post("placeorder", ORDER | {"quantity": "11"}, Idempotency_Key=KEY)

    assert answer.status == 422
    assert answer.body == {"status": "error", "message": "This Idempotency-Key was used with another body."}


async def test_the_same_key_on_another_endpoint_is_422(http: Http) -> None:
    body = {"apikey": SANDBOX, "strategy": "S"}
    await http.post("cancelallorder", body, Idempotency_Key=KEY)
    answer = await http.post("closeposition", body, Idempotency_Key=KEY)

    assert answer.status == 422


async def test_a_repeat_while_the_first_runs_is_409(http: Http, services: FakeServices) -> None:
    answers = services.answers
    await http.post("cancelorder", CANCEL, Idempotency_Key=KEY)
    ((place, stored),) = answers.stored.items()
    answers.stored[place] = type(stored)(stored.fingerprint, None, None, None)

    answer = await http.post("cancelorder", CANCEL, Idempotency_Key=KEY)

    assert answer.status == 409
    assert answer.body["message"] == "The first request with this Idempotency-Key has not finished."
    assert len(services.trading.cancel.calls) == 1


@pytest.mark.parametrize("endpoint", ["cancelallorder", "closeposition"])
async def test_every_order_endpoint_works_once_per_key(http: Http, services: FakeServices, endpoint: str) -> None:
    body = {"apikey": SANDBOX, "strategy": "S"}
    first = await http.post(endpoint, body, Idempotency_Key=KEY)
    services.trading.cancel_all.answer = CancelledAll((), ((an_order().legs[0].broker_order_id or "1", "x"),))  # type: ignore[arg-type]
    services.trading.close_all.answer = an_order()

    second = await http.post(endpoint, body, Idempotency_Key=KEY)

    assert second.raw == first.raw


async def test_a_refusal_is_an_answer_too(http: Http, services: FakeServices) -> None:
    services.trading.cancel.answer = NotAllowed("Not now.")
    first = await http.post("cancelorder", CANCEL, Idempotency_Key=KEY)
    services.trading.cancel.answer = None

    second = await http.post("cancelorder", CANCEL, Idempotency_Key=KEY)

    assert (first.status, second.status) == (403, 403)
    assert second.raw == first.raw


async def test_each_api_key_has_its_own_keys(http: Http, services: FakeServices) -> None:
    await http.post("placeorder", ORDER | {"apikey": LIVE}, Idempotency_Key=KEY)
    answer = await http.post("placeorder", ORDER | {"apikey": LIVE_AUTO}, Idempotency_Key=KEY)

    assert answer.status == 200
    assert len(services.intake.requests) == 2


async def test_without_the_header_every_request_is_its_own(http: Http, services: FakeServices) -> None:
    await http.post("placeorder", ORDER)
    await http.post("placeorder", ORDER)

    assert len(services.intake.requests) == 2
    assert services.answers.stored == {}


@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "schlüssel"])
async def test_a_key_that_is_not_visible_ascii_is_refused(http: Http, services: FakeServices, key: str) -> None:
    answer = await http.post("placeorder", ORDER, Idempotency_Key=key)

    assert answer.status == 400
    assert answer.body["message"] == "Idempotency-Key must be 1 to 255 visible ASCII characters without spaces."
    assert services.intake.requests == []


async def test_a_key_of_255_characters_is_accepted(http: Http) -> None:
    answer = await http.post("placeorder", ORDER, Idempotency_Key="~" * 255)

    assert answer.status == 200


@pytest.mark.parametrize("fault", [Unready("The database is away."), RuntimeError("bug")])
async def test_work_that_is_done_is_answered_even_when_the_answer_cannot_be_kept(
    http: Http, services: FakeServices, fault: Exception
) -> None:
    services.intake.answer = Sent(an_order())
    services.answers.keep_fault = fault

    answer = await http.post("placeorder", ORDER, Idempotency_Key=KEY)

    assert (answer.status, answer.body) == (200, {"status": "success", "orderid": "26112254370564"})


async def test_reads_ignore_the_header(http: Http, services: FakeServices) -> None:
    answer = await http.post("funds", {"apikey": LIVE}, Idempotency_Key="two words")

    assert answer.status == 200
    assert services.answers.stored == {}
