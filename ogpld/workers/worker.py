"""A query worker: one request at a time from its channel, until the channel ends.

It is forked by the zygote with the release in memory, confined, and killed without ceremony when a
deadline passes. What it answers is complete, or an error; it never says what the engine said. `last` in a
reply says that it wants to be replaced, because it has come to hold much memory of its own.

A worker for tasks runs one task over a store that is its own from then on, says nothing on standard
error (a library's warning may quote the document), and is not used again.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from resource import RUSAGE_SELF, getpagesize, getrusage
from typing import Any

from ogpld.errors import OgpldError, QueryError
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.query_parser import parse_query
from ogpld.stores.text_search import from_json
from ogpld.workers import messages
from ogpld.workers.confinement import (
    be_killed_first,
    be_silent,
    die_with_parent,
    forbid_new_files,
    limit_memory,
)

#: What a caller of the pool has run on the store: head and body in, head and body out.
Task = Callable[[EmbeddedStore, dict[str, Any], bytes], tuple[dict[str, Any], bytes]]

#: The descriptor of the channel once everything else is closed.
_CHANNEL = 3
#: Exit codes of a worker that could not begin: no memory for it, or the system refused to confine it.
NO_MEMORY, NOT_CONFINED = 70, 71


def run_worker(
    store: EmbeddedStore, channel: int, zygote: int, memory: int, task: Task | None
) -> None:
    """Serve requests on a descriptor; never returns to the zygote's code."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with_parent(zygote)
        be_killed_first()
        limit_memory(memory)
        if task is not None:
            be_silent()
        forbid_new_files(channel)
        connected = socket.socket(fileno=_CHANNEL)
    except MemoryError:
        os._exit(NO_MEMORY)
    except BaseException:  # noqa: BLE001  (whatever it is: the zygote says what it means, once)
        os._exit(NOT_CONFINED)
    try:
        _serve(store, connected, task)
    except BaseException:  # noqa: BLE001  (the caller sees the channel end)
        os._exit(1)
    os._exit(0)


def _serve(store: EmbeddedStore, channel: socket.socket, task: Task | None) -> None:
    # A scan counts references in the pages of the data it walks, and so copies them. That takes a first query
    # twice the time of the next, and a worker that lives long would come to hold all of the data.
    most = getrusage(RUSAGE_SELF).ru_minflt + store.limits.own_memory // getpagesize()
    while (message := messages.receive(channel, single=True)) is not None:
        try:
            if task is not None:
                reply, body = task(store, *message)
            else:
                reply, body = _answer(store, *message)
        except MemoryError:
            reply, body = {"stopped": "memory"}, b""
        except OgpldError as error:
            reply, body = {"error": error.to_dict()}, b""
        except BaseException as error:  # noqa: BLE001  (a panic of the engine is no Exception)
            failure = QueryError("the engine failed on this query", code="query-failed")
            reply, body = {"error": failure.to_dict(), "failed": type(error).__name__}, b""
        if getrusage(RUSAGE_SELF).ru_minflt > most:
            reply["last"] = True
        messages.send(channel, reply, body)


def _answer(
    store: EmbeddedStore, head: dict[str, Any], body: bytes
) -> tuple[dict[str, Any], bytes]:
    """Return head and body of the reply to one request; its body is the text of a query."""
    if head["do"] == "describe":
        description = store.describe(head["iri"], head["links"])
        return {"incoming": dict(description.incoming)}, description.quads
    text = body.decode("utf-8", "surrogatepass")
    if head["do"] == "parse":
        return {}, parse_query(Query(text, base=head["base"])).encode()
    query = Query(
        text,
        (head["forms"][0], head["forms"][1]),
        tuple(head["default"]),
        tuple(head["named"]),
        base=head["base"],
        hits=from_json(head["hits"]),
    )
    answer = store.answer(query, trusted=head["trusted"])
    return {"kind": answer.kind, "form": answer.form, "rows": answer.rows}, answer.body
