"""Bytes that connections hold in memory, counted by client and in all.

What several connections hold together (a kept answer that is sent to many) counts once. Nothing is refused
here: who goes past a bound asks for `over` and ends holders until it is empty.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from typing import Generic, TypeVar

Holder = TypeVar("Holder", bound=Hashable)
#: The client under which the bytes of all clients are counted.
_ALL = ""


class HeldBytes(Generic[Holder]):
    """What is held, with one bound for a client and one for all.

    Args:
        most: bytes that all clients may hold; one may hold half of them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._sizes: Counter[str] = Counter()
        self._shares: dict[Holder, tuple[str, Hashable, int]] = {}
        self._uses: Counter[tuple[str, Hashable]] = Counter()
        self._holders: defaultdict[str, set[Holder]] = defaultdict(set)

    @property
    def size(self) -> int:
        """Bytes held by all clients."""
        return self._sizes[_ALL]

    def hold(self, holder: Holder, client: str, content: Hashable, size: int) -> None:
        """Count bytes for a holder, in the place of those it held.

        Args:
            holder: who holds them.
            client: whose bytes they are.
            content: equal for bytes that are in memory once.
            size: their number.
        """
        self.release(holder)
        self._shares[holder] = (client, content, size)
        for scope in (_ALL, client):
            self._holders[scope].add(holder)
            self._uses[scope, content] += 1
            if self._uses[scope, content] == 1:
                self._sizes[scope] += size

    def release(self, holder: Holder) -> None:
        """Count nothing for a holder any more."""
        share = self._shares.pop(holder, None)
        if share is None:
            return
        client, content, size = share
        for scope in (_ALL, client):
            self._holders[scope].discard(holder)
            self._uses[scope, content] -= 1
            if not self._uses[scope, content]:
                del self._uses[scope, content]
                self._sizes[scope] -= size
            if not self._holders[scope]:
                del self._holders[scope], self._sizes[scope]

    def size_of(self, holder: Holder) -> int:
        """Return the bytes that are counted for a holder."""
        return self._shares[holder][2] if holder in self._shares else 0

    def over(self, client: str, fewest: int = 1) -> list[Holder]:
        """Return who holds bytes where a bound is passed by so many holders or more, nobody where none is."""
        for scope, most in ((client, self._most // 2), (_ALL, self._most)):
            if self._sizes[scope] > most and len(self._holders[scope]) >= fewest:
                return list(self._holders[scope])
        return []
