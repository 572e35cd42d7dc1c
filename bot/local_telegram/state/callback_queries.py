"""Button presses waiting for the bot's answer."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from bot.local_telegram.clock import Clock
from bot.local_telegram.errors import Json, bad_request

_KEPT = 10_000
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass
class Query:
    """One press; `answer` is what the bot answered, None before that."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    at: float
    answer: Json | None = None


class Queries:
    """Presses by id; each can be answered once, within `answer_within` seconds."""

    def __init__(self, clock: Clock, answer_within: float) -> None:
        self._clock = clock
        self._answer_within = answer_within
        self._queries: OrderedDict[str, Query] = OrderedDict()

    def open(self, user_id: int, chat_id: int, message_id: int) -> Query:
        """Add a press."""
        query = Query(str(secrets.randbits(62)), user_id, chat_id, message_id, self._clock.now())
        self._queries[query.id] = query
        if len(self._queries) > _KEPT:
            self._queries.popitem(last=False)
        return query

    def answer(self, query_id: str, answer: Json) -> Query:
        """Record the bot's answer; raises ApiError when there is nothing to answer any more."""
        query = self._queries.get(query_id)
        if query is None or query.answer is not None or self._is_old(query):
            raise bad_request(_TOO_OLD)
        query.answer = answer
        return query

    def get(self, query_id: str) -> Query:
        """The press; raises LookupError for an unknown id."""
        if query_id not in self._queries:
            raise LookupError(f"no query {query_id}")
        return self._queries[query_id]

    def _is_old(self, query: Query) -> bool:
        return self._clock.now() - query.at > self._answer_within
