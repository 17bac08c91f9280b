"""A query worker: one request at a time from its channel, until the channel ends.

It is forked by the zygote with the release in memory, confined, and killed without ceremony when a
deadline passes. Its answers are complete or errors.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from typing import Any

from ogpld.errors import OgpldError, QueryError, QuerySyntaxError
from ogpld.stores import Query, wire
from ogpld.stores.confine import die_with_parent, forbid_new_files, limit_memory
from ogpld.stores.embedded import EmbeddedStore


def run_worker(store: EmbeddedStore, channel: socket.socket, zygote: int) -> None:
    """Serve requests; never returns to the zygote's code."""
    try:
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(-1)
        die_with_parent(zygote)
        limit_memory(store.limits.memory)
        forbid_new_files()
        while (message := wire.receive(channel)) is not None:
            head, _ = message
            reply, body = _answer(store, head)
            wire.send(channel, reply, body)
            gc.collect(0)
    finally:
        os._exit(0)


def _answer(store: EmbeddedStore, head: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return head and body of the reply to one request."""
    try:
        if head["do"] == "describe":
            description = store.describe(head["iri"], head["links"])
            return {"incoming": dict(description.incoming)}, description.quads
        query = Query(
            head["text"],
            (head["forms"][0], head["forms"][1]),
            tuple(head["default"]),
            tuple(head["named"]),
        )
        answer = store.answer(query, trusted=head["trusted"])
    except MemoryError:
        return {"stopped": "memory"}, b""
    except OgpldError as error:
        return _error(error), b""
    except Exception as error:  # noqa: BLE001  (a worker answers, whatever the engine raises)
        return _error(QueryError(f"the query cannot be evaluated: {error}")), b""
    return {"kind": answer.kind, "form": answer.form, "rows": answer.rows}, answer.body


def _error(error: OgpldError) -> dict[str, Any]:
    place = (
        {"line": error.line, "column": error.column} if isinstance(error, QuerySyntaxError) else {}
    )
    return {
        "error": type(error).__name__,
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        **place,
    }


