"""Where a hook may go: which URLs, and which addresses behind their names."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from core.errors import Invalid

LONGEST_URL = 2000
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""An IPv4 address in a network that has only IPv6 (NAT64)."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; never for text that is no address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _meant(found))


def _meant(found: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The addresses that a packet to this one may end at: itself, and an IPv4 address embedded in an IPv6 one."""
    if isinstance(found, IPv4Address):
        return [found]
    if found.ipv4_mapped is not None:
        return [found.ipv4_mapped]
    if found in _TRANSLATED:
        return [IPv4Address(int(found) & 0xFFFFFFFF)]
    embedded = [found.sixtofour, *(found.teredo or ())]
    return [found, *(one for one in embedded if one is not None)]


def require_hook_url(url: str, *, allow_private: bool) -> str:
    """The host of a URL that a hook may be set to. Raises Invalid."""
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise Invalid(f"The URL must be at most {LONGEST_URL} visible ASCII characters.", "url")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        raise Invalid(f"That is not a URL: {fault}.", "url") from None
    if parts.scheme not in ({"https", "http"} if allow_private else {"https"}):
        hint = "" if allow_private else "; plain http needs allow_private in [hooks]"
        raise Invalid(f"The URL must begin with https://{hint}.", "url")
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise Invalid("The URL must name a host, without user, password or fragment.", "url")
    if _is_literal(host) and not (allow_private or is_public(host)):
        raise Invalid(f"{host} is not an address on the public internet.", "url")
    return host


def _is_literal(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
