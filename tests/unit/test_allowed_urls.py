"""Hooks reach the public internet only, however an address is written."""

import pytest

from core.errors import Invalid
from core.hooks.allowed_urls import is_public, require_hook_url

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - to be refused
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "52.89.214.238", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public(address: str) -> None:
    assert is_public(address)


def test_the_host_of_a_good_url() -> None:
    assert require_hook_url("https://example.com:8443/in?x=1", allow_private=False) == "example.com"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com", "https"),
        ("ftp://example.com", "https"),
        ("example.com/hook", "https"),
        ("https://", "host"),
        ("https://user:pass@example.com", "password"),
        ("https://user@example.com", "user"),
        ("https://example.com/#part", "fragment"),
        ("https://example.com:99999", "not a URL"),
        ("https://[::1", "not a URL"),
        ("https://127.0.0.1/x", "public internet"),
        ("https://[::1]/x", "public internet"),
        ("https://exämple.com", "ASCII"),
        ("https://example.com/\n", "ASCII"),
        ("https://example.com/" + "a" * 2000, "2000"),
    ],
)
def test_a_url_that_a_hook_may_not_have(url: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        require_hook_url(url, allow_private=False)


def test_where_it_is_allowed_http_to_this_machine_is_fine() -> None:
    assert require_hook_url("http://127.0.0.1:9000/in", allow_private=True) == "127.0.0.1"
