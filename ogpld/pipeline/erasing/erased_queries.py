"""The permanent queries that an erasure takes: those that name a thing that goes, or repeat its text."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ogpld.errors import ReleaseError
from ogpld.release.erasure.erasure_scope import Scope
from ogpld.release.query_register import QueryRegister


def concerned_queries(home: Path, scope: Scope) -> list[str]:
    """Return the digests of these queries.

    Raises:
        ReleaseError: when the register cannot be read.
    """
    try:
        lines = QueryRegister(home).registrations()
    except sqlite3.Error as error:
        raise _unusable(home, error) from error
    return [line.digest for line in lines if line.query and _is_concerned(line.query.query, scope)]


def remove_queries(home: Path, scope: Scope) -> None:
    """Take these queries out of the register.

    Raises:
        ReleaseError: when the register cannot be read or written.
    """
    digests = concerned_queries(home, scope)
    try:
        QueryRegister(home).remove(digests)
    except sqlite3.Error as error:
        raise _unusable(home, error) from error


def _is_concerned(text: str, scope: Scope) -> bool:
    return any(thing in text for thing in scope.things) or scope.texts.within(text)


def _unusable(home: Path, error: sqlite3.Error) -> ReleaseError:
    return ReleaseError(
        f"{QueryRegister(home).path} cannot be used: {error}",
        hint="no release was changed; mend the file or put back a copy, and run the command again",
    )
