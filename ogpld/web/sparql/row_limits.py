"""What making rows here may take: the rest of the query's time, and the bytes of an answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from ogpld.errors import QueryStoppedError
from ogpld.queries import Value, bind, load
from ogpld.rdf import NamedNode
from ogpld.stores import Query
from ogpld.stores.cancel_token import CancelToken
from ogpld.stores.result_writer import too_large
from ogpld.stores.solutions import read_values
from ogpld.web.current.open_release import OpenRelease

#: Rows between two looks at the clock.
_ROWS = 200
T = TypeVar("T")


class RowLimits:
    """The limits of one answer.

    Args:
        serving: the release.
        seconds: until the answer has to be there.
        token: by which the caller ends it.
    """

    def __init__(self, serving: OpenRelease, seconds: float, token: CancelToken) -> None:
        self._serving, self._token, self._seconds = serving, token, seconds
        self._ends = time.monotonic() + seconds
        self._bytes = serving.settings.query_bytes

    def select(self, name: str, **values: Value | Sequence[NamedNode]) -> list[dict[str, str]]:
        """Return the rows of one of our own queries, as `OpenRelease.select`.

        Raises:
            QueryStoppedError: past the deadline, or when the caller ended it.
        """
        self.check_time()
        left = max(0.001, self._ends - time.monotonic())
        query = Query(bind(load(name), **values), ("json", ""), deadline=left)
        try:
            answer = self._serving.store.answer(query, trusted=True, token=self._token)
        except QueryStoppedError as error:
            raise self._late() if error.limit == "deadline" else error from error
        return read_values(answer.body)

    def within_time(self, rows: Iterable[T]) -> Iterator[T]:
        """Yield rows until the deadline.

        Raises:
            QueryStoppedError: past it, or when the caller ended it.
        """
        for number, row in enumerate(rows):
            if number % _ROWS == 0:
                self.check_time()
            yield row

    def check_size(self, size: int) -> None:
        """Hold bytes against those an answer may have.

        Raises:
            QueryTooLargeError: for more.
        """
        if size > self._bytes:
            raise too_large("bytes", self._bytes)

    def check_time(self) -> None:
        """Let work go on.

        Raises:
            QueryStoppedError: past the deadline, or when the caller ended it.
        """
        if self._token.cancelled:
            raise self._token.refusal()
        if time.monotonic() > self._ends:
            raise self._late()

    def _late(self) -> QueryStoppedError:
        return QueryStoppedError(
            f"the rows were not written within {self._seconds:.2g} s, what the query left of its time",
            limit="deadline",
            hint="ask for less: add a LIMIT, or leave out labels and why",
        )
