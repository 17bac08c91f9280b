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
#: What is wrong with a register that can be read alone.
UNWRITABLE = "it cannot be written"
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

    def fault(self) -> str:
        """Say why it cannot be read or written, "" where it can; one line of it is read."""
        try:
            next(self._rows("LIMIT 1", patience=0), None)  # a busy one is no faulty one
        except sqlite3.Error as error:
            return "" if _is_busy(error) else f"it cannot be read ({error})"
        written = (self.path, self.path.parent) if self.is_begun else (self.path.parent,)
        if not all(os.access(path, os.W_OK) for path in written):
            return UNWRITABLE
        return ""

    def verify(self) -> int:
        """Read the whole file and return how many lines it has.

        Raises:
            ValueError: for a line that is not what its digest was made from.
            sqlite3.Error: for a file that is damaged.
        """
        if not self.is_begun:
            return 0
        address = f"{self.path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, timeout=_PATIENCE, uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        lines = self.registrations()
        for line in lines:
            if line.query is not None and line.query.digest != line.digest:
                raise ValueError(f"the query {line.digest} was changed")
        return len(lines)

    def _rows(
        self, condition: str, *values: str, patience: float = _PATIENCE
    ) -> Iterator[Registration]:
        if not self.is_begun:
            return
        address = f"{self.path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, timeout=patience, uri=True)) as connection:
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
        self._register = QueryRegister(home)
        self.path = self._register.path
        self._was_begun = False
        self._file = (0, 0, 0)
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    @property
    def is_begun(self) -> bool:
        """Whether there is a register; one that was exchanged is opened anew."""
        try:
            status = self.path.stat()
        except OSError:
            return False
        file = (status.st_dev, status.st_ino, os.getpid())  # no connection outlives a fork
        if self._file != file:
            with self._lock:
                if self._connection is not None:
                    self._connection.close()
                self._file, self._connection = file, None
        return status.st_size > 0

    def fault(self) -> str:
        """Say what is wrong with the register, "" for nothing; one that was there must stay there."""
        is_begun = self.is_begun
        self._was_begun |= is_begun
        if self._was_begun and not is_begun:
            return "it was removed, or cannot be reached any more"
        return self._register.fault()

    def has(self, digest: str) -> bool | None:
        """Say whether a query is registered and was not removed, None while another process writes.

        Raises:
            sqlite3.Error: where the file cannot be read.
        """
        with self._lock:
            if self._connection is None:
                address = f"{self.path.absolute().as_uri()}?mode=ro"
                connection = sqlite3.connect(address, timeout=0, uri=True, check_same_thread=False)
                self._connection = connection
                weakref.finalize(self, connection.close)
            select = "SELECT content <> '' FROM query WHERE digest = ?"
            try:
                row = self._connection.execute(select, (digest,)).fetchone()
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    raise
                return None
        return bool(row and row[0])


def _is_busy(error: sqlite3.Error) -> bool:
    """Say whether another process writes."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


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
