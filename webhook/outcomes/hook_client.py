"""Posts to hooks, and only to where hooks may go."""

import asyncio
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from core.errors import Invalid, Undeliverable
from core.hooks.allowed_urls import is_public, require_hook_url
from core.ports.hooks import HookAnswer

TIMEOUT = 10.0
READ_AT_MOST = 4096


class PublicResolver(AbstractResolver):
    """Resolves names to public addresses only; what it answers is what is connected to, so no name can be rebound."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of `host`. Raises OSError when one of them is not public."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        addresses = [str(address[0]) for *_, address in found]
        for address in addresses:
            if not is_public(address):
                raise OSError(f"{host} is at {address}, which is not on the public internet")
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=kind, proto=proto, flags=socket.AI_NUMERICHOST
            )
            for (kind, _, proto, _, _), address in zip(found, addresses, strict=True)
        ]

    async def close(self) -> None:
        """Do nothing: nothing is held."""


class AiohttpHookSender:
    """Implements core.ports.hooks.HookSender: one attempt, one fresh connection, no redirects, no proxies."""

    def __init__(self, *, allow_private: bool, timeout: float = TIMEOUT) -> None:
        self._allow_private = allow_private
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> HookAnswer:
        """Post to the hook once. Raises Undeliverable when there was no answer or the address is not allowed."""
        try:
            # Literal addresses are never resolved, and the settings may have changed since the hook was set.
            require_hook_url(url, allow_private=self._allow_private)
            async with self._session() as session, self._post(session, url, headers, body) as response:
                await response.content.read(READ_AT_MOST)
                return HookAnswer(response.status)
        except Invalid as fault:
            raise Undeliverable(str(fault)) from None
        except TimeoutError:
            raise Undeliverable(f"no answer within {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError) as fault:
            # The text of a client error may hold the whole URL, and that may hold a secret.
            reason = fault.__cause__ if isinstance(fault.__cause__, OSError) else fault
            raise Undeliverable(f"{urlsplit(url).hostname}: {_in_words(reason)}") from None

    def _session(self) -> aiohttp.ClientSession:
        resolver = None if self._allow_private else PublicResolver()
        connector = aiohttp.TCPConnector(resolver=resolver, force_close=True, use_dns_cache=False)
        return aiohttp.ClientSession(connector=connector, timeout=self._timeout, auto_decompress=False)

    def _post(
        self, session: aiohttp.ClientSession, url: str, headers: Mapping[str, str], body: bytes
    ) -> aiohttp.client._RequestContextManager:
        return session.post(url, data=body, headers=headers, allow_redirects=False)


def _in_words(fault: BaseException) -> str:
    if isinstance(fault, OSError) and not isinstance(fault, aiohttp.ClientError):
        return fault.strerror or str(fault) or type(fault).__name__
    return type(fault).__name__
