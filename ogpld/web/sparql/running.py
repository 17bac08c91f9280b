"""The queries under way, by client and by what they say, so that their caller can end them.

A query's own address is the address it was asked at: `DELETE /sparql?query=…` ends the caller's running
queries of that text. A caller that POSTs, or asks the same thing twice, names its query with the header
`Query-Id` and ends it with `DELETE /sparql/{id}`. Nobody ends another client's query, except by an id,
which is a secret of whoever made it up.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ogpld.stores import CancelToken

#: Stands in the place of a client; no address reads like it.
_NAMED = "id"
_ID = re.compile(r"[A-Za-z0-9-]{16,64}")


def is_id(text: str) -> bool:
    """Say whether a text can be a query's id: long enough that nobody guesses it."""
    return _ID.fullmatch(text) is not None


class Running:
    """The queries under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, str], list[CancelToken]] = {}

    @contextmanager
    def listed(self, token: CancelToken, client: str, text: str, name: str) -> Iterator[None]:
        """Keep a query on the list during a block.

        Args:
            token: what ends it.
            client: who asks.
            text: its fingerprint.
            name: its id, "" for none.
        """
        keys = [(client, text), *([(_NAMED, name)] if is_id(name) else [])]
        with self._lock:
            for key in keys:
                self._tokens.setdefault(key, []).append(token)
        try:
            yield
        finally:
            with self._lock:
                for key in keys:
                    self._tokens[key].remove(token)
                    if not self._tokens[key]:
                        del self._tokens[key]

    def has_any(self, client: str) -> bool:
        """Say whether a client has a query under way."""
        with self._lock:
            return any(who == client for who, _ in self._tokens)

    def end(self, client: str, text: str) -> int:
        """End a client's queries of a fingerprint, and return how many there were."""
        return self._end((client, text))

    def end_named(self, name: str) -> int:
        """End the queries with an id, and return how many there were."""
        return self._end((_NAMED, name)) if is_id(name) else 0

    def _end(self, key: tuple[str, str]) -> int:
        with self._lock:
            tokens = list(self._tokens.get(key, ()))
        for token in tokens:
            token.cancel()
        return len(tokens)
