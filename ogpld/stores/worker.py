"""A query worker: one request at a time from its channel, until the channel ends.

It is forked by the zygote with the release in memory, confined, and killed without ceremony when a
deadline passes. What it answers is complete, or an error; it never says what the engine said.
"""

from __future__ import annotations

import os
import signal
import socket
from typing import Any

from ogpld.errors import OgpldError, QueryError, QuerySyntaxError
from ogpld.stores import Query, wire
from ogpld.stores.confine import die_with_parent, forbid_new_files, limit_memory
from ogpld.stores.embedded import EmbeddedStore

#: The descriptor of the channel once everything else is closed.
_CHANNEL = 3


def run_worker(store: EmbeddedStore, channel: int, zygote: int, memory: int) -> None:
    """Serve requests on a descriptor; never returns to the zygote's code."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with_parent(zygote)
        limit_memory(memory)
        forbid_new_files(channel)
        _serve(store, socket.socket(fileno=_CHANNEL))
    except (OSError, MemoryError):
        os._exit(1)  # the caller sees the channel end
    os._exit(0)


def _serve(store: EmbeddedStore, channel: socket.socket) -> None:
    while (message := wire.receive(channel)) is not None:
        try:
            reply, body = _answer(store, message[0])
        except MemoryError:
            reply, body = {"stopped": "memory"}, b""
        except OgpldError as error:
            reply, body = _error(error), b""
        except BaseException:  # noqa: BLE001  (a panic of the engine is no Exception)
            reply, body = _error(QueryError("the engine failed on this query")), b""
            reply["code"] = "query-failed"
        wire.send(channel, reply, body)


def _answer(store: EmbeddedStore, head: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return head and body of the reply to one request."""
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
