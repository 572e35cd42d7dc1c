"""A broker's several hosts, which are one when the settings name another address."""

import re
from collections.abc import Collection
from dataclasses import replace
from urllib.parse import urlsplit

from brokers.common.adapter import Opening
from brokers.common.http_client import Address

_VERSION = re.compile(r"/v\d+/?$")
_PATIENCE = 60.0
"""Seconds for a file of many megabytes."""


def plain_address(address: Address) -> Address:
    """The address without a version at its end, as SDKs write it: the version is part of each path."""
    return replace(address, base_url=_VERSION.sub("", address.base_url.rstrip("/")))


def other_host(address: Address, homes: Collection[str], other: str) -> Address:
    """The broker's other host, if the address is one of its own; otherwise whoever stands in for it is asked."""
    own = urlsplit(address.base_url).hostname in homes
    return replace(address, base_url=other) if own else address


def stream_address(opening: Opening, homes: Collection[str], own: str) -> Address:
    """Where order updates are pushed: as the settings say, at the broker's own place, or at its stand-in."""
    if opening.stream_url:
        return replace(opening.address, base_url=opening.stream_url)
    return other_host(plain_address(opening.address), homes, own)


def for_files(address: Address) -> Address:
    """The same address, with time for large files."""
    return replace(address, answer_within=max(address.answer_within, _PATIENCE))
