"""Answers addresses that are written with a slash too many, as the addresses that they mean."""

from collections.abc import Iterator
from typing import Any, NoReturn

from aiohttp import web
from aiohttp.web_urldispatcher import AbstractResource, AbstractRoute, UrlMappingMatchInfo


class SpareSlashes(AbstractResource):
    """A slash at the end, or two in front: clients write both.

    Two come from a host that was written with a slash. A redirect would not be followed with the body.
    """

    def __init__(self, router: web.UrlDispatcher) -> None:
        super().__init__()
        self._router = router

    @property
    def canonical(self) -> str:
        """The root: the router asks here after every address that is declared."""
        return "/"

    async def resolve(self, request: web.Request) -> tuple[UrlMappingMatchInfo | None, set[str]]:
        """The route of the address that is meant, if one slash in front and one at the end are too many."""
        written = request.rel_url.raw_path
        meant = _without_spare_slashes(written)
        if meant == written or meant != _without_spare_slashes(meant):
            return None, set()
        match = await self._router.resolve(request.clone(rel_url=request.rel_url.with_path(meant, encoded=True)))
        return (match, set()) if match.http_exception is None else (None, set())

    def url_for(self, **_: str) -> NoReturn:
        """There is nothing to point to."""
        raise NotImplementedError

    def add_prefix(self, prefix: str) -> None:
        """The application is never part of another."""
        raise NotImplementedError

    def get_info(self) -> Any:
        """Nothing that could be listed."""
        return {}

    def raw_match(self, path: str) -> bool:
        """No address is declared with these slashes."""
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[AbstractRoute]:
        return iter(())


def _without_spare_slashes(path: str) -> str:
    path = path[1:] if path.startswith("//") else path
    return path[:-1] if path.endswith("/") and path != "/" else path
