"""The queries that have a permanent address, in `{home}/queries.sqlite`.

A query is known by a digest of what it says and of the release it was asked of, so the same query has the
same address on every server that has it. Nothing is taken out to make room: an address was promised. What is
removed on purpose leaves its digest, so that its address says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

#: Name of the file in the home.
FILE = "queries.sqlite"
_PAGE = 4096
#: Hexadecimal digits of a digest: 128 bits.
_DIGITS = 32
#: Seconds to wait for another process that writes.
_PATIENCE = 10.0


class RegisterFullError(Exception):
    """The register has reached its bound, or the disk is full."""


@dataclass(frozen=True, slots=True)
class RegisteredQuery:
    """A query, and what it was asked of.

    Attributes:
        query: its text, with LF as line end and nothing blank around it.
        release: id of the release.
        default_graphs: `default-graph-uri` of the SPARQL protocol, sorted.
        named_graphs: `named-graph-uri` of the SPARQL protocol, sorted.
        labels: language tag of the labels beside the rows, "" for none.
        why: whether receipts stand beside the rows.
    """

    query: str
    release: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    labels: str = ""
    why: bool = False

    @classmethod
    def of(
        cls,
        text: str,
        release: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        labels: str = "",
        *,
        why: bool = False,
    ) -> RegisteredQuery:
        """Return a query as it is registered, whatever its line ends and the order of its graphs."""
        return cls(
            text.replace("\r\n", "\n").strip(),
            release,
            tuple(sorted(set(default_graphs))),
            tuple(sorted(set(named_graphs))),
            labels,
            why,
        )

    @property
    def content(self) -> str:
        """What its digest is made from: JSON with sorted keys; `labels` and `why` only where they are set."""
        fields = {k: v for k, v in asdict(self).items() if v or k not in {"labels", "why"}}
        return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """The first 32 hexadecimal digits of the SHA-256 of the content."""
        content = self.content.encode("utf-8", "surrogatepass")
        return hashlib.sha256(content).hexdigest()[:_DIGITS]


@dataclass(frozen=True, slots=True)
class Registration:
    """A line of the register.

    Attributes:
        digest: of the query.
        query: the query, None where it was removed.
        time: when it was registered or removed, as in a manifest.
    """

    digest: str
    query: RegisteredQuery | None
    time: str


class QueryRegister:
    """The register of a home. Several processes may use it at once.

    Args:
        home: the home.

    Every method raises sqlite3.Error where the file cannot be read or written.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / FILE

    def find(self, digest: str) -> Registration | None:
        """Return the line of a digest, None where there is none."""
        return next(self._rows("WHERE digest = ?", digest), None)

    def registrations(self) -> list[Registration]:
        """Return every line, oldest first."""
        return list(self._rows("ORDER BY time, digest"))

    def add(self, query: RegisteredQuery, most_bytes: int) -> bool:
        """Register a query; return whether it is new. One that was removed stays so.

        Args:
            query: the query.
            most_bytes: the size the file may reach.

        Raises:
            RegisterFullError: when there is no room for it.
        """
        row = (query.digest, query.release, query.content, _now())
        try:
            with self._writing() as connection:
                select = "SELECT 1 FROM query WHERE digest = ?"
                if connection.execute(select, (query.digest,)).fetchone():
                    return False
                (pages,) = connection.execute("PRAGMA page_count").fetchone()
                if pages * _PAGE > most_bytes:
                    raise RegisterFullError
                connection.execute(f"PRAGMA max_page_count = {most_bytes // _PAGE}")
                connection.execute("INSERT INTO query VALUES (?, ?, ?, ?)", row)
                return True
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise RegisterFullError from error
            raise

    def remove(self, digests: Sequence[str]) -> int:
        """Overwrite the texts of queries, and return how many there were."""
        if not digests or not self.is_begun:
            return 0
        with self._writing() as connection:
            return sum(
                connection.execute(
                    "UPDATE query SET content = '', time = ? WHERE digest = ? AND content <> ''",
                    (_now(), digest),
                ).rowcount
                for digest in digests
            )

    @property
    def is_begun(self) -> bool:
        """Whether there is a register; a file without a byte is one that was not begun."""
        try:
            return self.path.stat().st_size > 0
        except OSError:
            return False

    def _rows(self, condition: str, *values: str) -> Iterator[Registration]:
        if not self.is_begun:
            return
        address = f"{self.path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, timeout=_PATIENCE, uri=True)) as connection:
            select = f"SELECT digest, content, time FROM query {condition}"
            for digest, content, time in connection.execute(select, values):
                yield Registration(digest, _read(content) if content else None, time)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection in a transaction, which is on disk when the block has ended."""
        with closing(
            sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
        ) as connection:
            connection.execute(f"PRAGMA page_size = {_PAGE}")
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS query (digest TEXT PRIMARY KEY, release TEXT NOT NULL,"
                " content TEXT NOT NULL, time TEXT NOT NULL)"
            )
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # a full disk ends the transaction itself
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


class RegisterReader:
    """Looks digests up again and again, over a connection that stays; from any thread.

    Args:
        home: the home.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._file = (0, 0, 0)
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    @property
    def is_begun(self) -> bool:
        """Whether there is a register; one that was exchanged is opened anew."""
        try:
            status = self._path.stat()
        except OSError:
            return False
        file = (status.st_dev, status.st_ino, os.getpid())  # no connection outlives a fork
        if self._file != file:
            with self._lock:
                if self._connection is not None:
                    self._connection.close()
                self._file, self._connection = file, None
        return status.st_size > 0

    def has(self, digest: str) -> bool | None:
        """Say whether a query is registered and was not removed, None while another process writes.

        Raises:
            sqlite3.Error: where the file cannot be read.
        """
        with self._lock:
            if self._connection is None:
                address = f"{self._path.absolute().as_uri()}?mode=ro"
                connection = sqlite3.connect(address, timeout=0, uri=True, check_same_thread=False)
                self._connection = connection
                weakref.finalize(self, connection.close)
            select = "SELECT content <> '' FROM query WHERE digest = ?"
            try:
                row = self._connection.execute(select, (digest,)).fetchone()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                return None
        return bool(row and row[0])


def _read(content: str) -> RegisteredQuery:
    fields = json.loads(content)
    return RegisteredQuery.of(
        fields["query"],
        fields["release"],
        fields["default_graphs"],
        fields["named_graphs"],
        fields.get("labels", ""),
        why=fields.get("why", False),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
