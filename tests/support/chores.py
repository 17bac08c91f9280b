"""Tasks for a pool's third lane: honest ones, and those that do what none may."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph

from ogpld.errors import SourceError, TaskStoppedError, Where
from ogpld.stores.embedded import EmbeddedStore
from ogpld.workers.worker import Task

QUOTE = "a secret of the document"


def prepare(folder: Path) -> Task:
    """Return a task that does what its head says, then counts."""
    files = sorted(path.name for path in folder.iterdir())

    def run(
        store: EmbeddedStore, head: dict[str, Any], body: bytes
    ) -> tuple[dict[str, Any], bytes]:
        done = _CHORES[head["do"]](store)
        counted = {"quads": len(store.engine), "process": os.getpid(), "files": files, "done": done}
        return counted, body

    return run


def broken(folder: Path) -> Task:
    """Fail to prepare a task."""
    raise KeyError(folder.name)


def _refuse(_: EmbeddedStore) -> None:
    raise SourceError("no", hint="else", where=Where("a.csv", 3, "title"))


def _give_up(_: EmbeddedStore) -> None:
    raise TaskStoppedError("enough", limit="patience", retry_after=7, hint="come back")


def _fail(_: EmbeddedStore) -> None:
    raise ZeroDivisionError(QUOTE)


def _talk(_: EmbeddedStore) -> None:
    sys.stderr.write(QUOTE)
    sys.stderr.flush()


def _add(store: EmbeddedStore) -> None:
    node = pyoxigraph.NamedNode("http://x.example/added")
    store.engine.add(pyoxigraph.Quad(node, node, node))


def _reach(_: EmbeddedStore) -> list[str]:
    """Try what is out of reach, and return the names of what failed."""
    failed = []
    for name, attempt in (
        ("socket", socket.socket),
        ("file", lambda: Path("/etc/hostname").read_bytes()),
        ("new file", lambda: Path("/tmp/ogpld-task").write_bytes(b"")),  # noqa: S108
        ("pipe", os.pipe),
    ):
        try:
            attempt()
        except OSError:
            failed.append(name)
    return failed


_CHORES: dict[str, Callable[[EmbeddedStore], Any]] = {
    "count": lambda _: None,
    "sleep": lambda _: time.sleep(60),
    "grow": lambda _: len(b"x" * 10_000_000_000),
    "abort": lambda _: os.abort(),
    "leave": lambda _: os._exit(0),
    "refuse": _refuse,
    "give up": _give_up,
    "fail": _fail,
    "talk": _talk,
    "add": _add,
    "reach": _reach,
}
