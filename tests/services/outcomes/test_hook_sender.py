"""Posting to a receiver: only where hooks may go, once, and not for ever."""

import pytest

from core.errors import Undeliverable
from tests.services.outcomes.hook_rig import Receiver
from webhook.outcomes.hook_client import AiohttpHookSender


@pytest.mark.parametrize("host", ["localhost", "0x7f.1", "2130706433"])
async def test_a_name_of_a_private_address_is_never_connected_to(receiver: Receiver, host: str) -> None:
    port = receiver.url.rpartition(":")[2].partition("/")[0]
    sender = AiohttpHookSender(allow_private=False, timeout=5)

    with pytest.raises(Undeliverable, match=r"not on the public internet|InvalidUrl"):
        await sender.send(f"https://{host}:{port}/in?token=hush", {}, b"{}")

    assert receiver.got == []


async def test_a_receiver_that_does_not_answer_is_given_so_many_seconds(receiver: Receiver) -> None:
    receiver.go.clear()
    sender = AiohttpHookSender(allow_private=True, timeout=0.2)

    with pytest.raises(Undeliverable, match=r"no answer within 0\.2 s"):
        await sender.send(receiver.url, {}, b"{}")


async def test_a_receiver_that_is_not_there_is_told_without_the_rest_of_its_url() -> None:
    sender = AiohttpHookSender(allow_private=True)

    with pytest.raises(Undeliverable) as refused:
        await sender.send("http://127.0.0.1:1/in?token=hush", {}, b"{}")

    assert "127.0.0.1: " in str(refused.value)
    assert "hush" not in str(refused.value)
