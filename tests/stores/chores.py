"""Tasks for a pool's third lane: honest ones, and those that do what none may."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pyoxigraph

from ogpld.errors import SourceError, Where
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.worker import Task


def prepare(folder: Path) -> Task:
    """Return a task that does what its head says."""
    files = sorted(path.name for path in folder.iterdir())

    def run(
        store: EmbeddedStore, head: dict[str, Any], body: bytes
    ) -> tuple[dict[str, Any], bytes]:
        word = head["do"]
        if word == "echo":
            return {"files": files}, body
        if word == "sleep":
            time.sleep(60)
        if word == "grow":
            return {}, b"x" * 10_000_000_000
        if word == "refuse":
            raise SourceError("no", hint="else", where=Where("a.csv", 3, "title"))
        if word == "bug":
            raise ZeroDivisionError("a secret of the document")
        if word == "talk":
            sys.stderr.write("a secret of the document\n")
            sys.stderr.flush()
        if word == "abort":
            os.abort()
        if word == "leave":
            os._exit(0)
        if word == "reach":
            return {"failed_at": _reach()}, b""
        if word == "large":
            return {}, b"x" * int(body)
        if word == "add":
            node = pyoxigraph.NamedNode("http://x.example/added")
            store.engine.add(pyoxigraph.Quad(node, node, node))
        return {"quads": len(store.engine), "process": os.getpid()}, b""

    return run


def broken(folder: Path) -> Task:
    """Fail to prepare a task."""
    raise KeyError(folder.name)


def _reach() -> list[str]:
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
