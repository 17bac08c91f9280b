"""Where the processor time of a request goes in the web process, step by step: microseconds.

    python bench/engines/steps.py --home HOME [--requests 2000]

Requests are fed to a connection of this process, each another one, and answered over a real pool of workers.
The time of a request is measured without a profiler, least of several batches. How it is divided is what a
profiler counts: a function counts for the step of its file, what is built in for the step of its caller. The
kernel's part of reading from the client and writing to it, which a served request has too, is not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import os
import pstats
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote_plus

import uvloop
from compare import keys_of
from query_sets import KINDS

from ogpld.config import Settings
from ogpld.heap import bound_heap
from ogpld.web.server.connection import Connection
from ogpld.web.server.connections import Connections
from ogpld.web.server.create_application import create_application

#: Requests before measuring, and of a batch.
_FIRST, _BATCH = 100, 200
#: Steps, and the files whose functions count for them; the first that a path contains decides.
STEPS = {
    "read the head, keep to deadlines": ("server/connection", "request_head", "held_bytes"),
    "look for a kept answer, keep this one": ("response_cache", "current/"),
    "find the view, read parameters": (
        *("plain_application", "view_calls", "parameters", "protocol.py", "endpoint.py", "routes/"),
        *("added_columns", "urllib/parse", "werkzeug/routing", "werkzeug/wrappers/request"),
        *("sansio/request", "http_messages", "site_paths", "federation", "languages"),
    ),
    "negotiate form and coding": (
        "negotiation",
        "content_coding",
        "forms.py",
        "media.py",
        "profile",
    ),
    "examine the query": (
        *("query_templates", "fingerprint", "tokens.py", "dataset_words", "search_patterns"),
        "guard.py",
    ),
    "budgets": ("budget", "clients", "callers", "running.py"),
    "make the document": ("web/documents", "ogpld/formats", "ogpld/rdf.py", "web/lists", "model/"),
    "ask a worker": ("workers/", "waiting.py", "cancel_token", "json/", "allocat"),
    "make the response": (
        *(
            "responses.py",
            "finish.py",
            "preconditions",
            "werkzeug/",
            "server/answer.py",
            "permanent",
        ),
        *("query_register", "pathlib", "http/__init__"),
    ),
    "log, send": ("request_log", "answer_writer", "log_lines"),
}
_OTHER = "context managers, locks, tasks and the rest"


class _Client(asyncio.Transport):
    """The end of a connection that is in this process; `status` is that of the next answer."""

    status: asyncio.Future[str]

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.status = asyncio.get_running_loop().create_future()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing; nothing is ever buffered."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Note the status."""
        if data[:5] == b"HTTP/":
            self.status.set_result(bytes(data[9:12]).decode())

    def pause_reading(self) -> None:
        """Do nothing."""

    def resume_reading(self) -> None:
        """Do nothing."""


async def answer(connection: Connection, client: _Client, requests: Iterable[bytes]) -> None:
    """Have requests answered, one after the other."""
    for request in requests:
        client.status = asyncio.get_running_loop().create_future()
        connection.data_received(request)
        if (status := await client.status) != "200":
            raise SystemExit(f"{request[:200]!r} is answered with {status}")
        await asyncio.sleep(0)  # the connection is not done yet where it calls `write`


async def cost_of(
    connection: Connection, client: _Client, requests: Sequence[bytes]
) -> tuple[float, dict[str, float]]:
    """Return the microseconds of a request, and those of each step."""
    await answer(connection, client, requests[:_FIRST])
    half = len(requests) // 2
    least = float("inf")
    for start in range(_FIRST, half, _BATCH):
        batch = requests[start : start + _BATCH]
        began = time.thread_time()
        await answer(connection, client, batch)
        least = min(least, (time.thread_time() - began) / len(batch))
    profile = cProfile.Profile(time.thread_time)
    profile.enable()
    await answer(connection, client, requests[half:])
    profile.disable()
    shares = by_step(profile)
    whole = sum(shares.values())
    return least * 1e6, {step: share / whole * least * 1e6 for step, share in shares.items()}


def by_step(profile: cProfile.Profile) -> Counter[str]:
    """Return the seconds of a profile by step, without those of this file."""
    seconds: Counter[str] = Counter()
    entries = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # documented, but untyped
    for (file, _, _), (_, _, own, _, callers) in entries.items():
        if file != "~":
            seconds[_step_of(file)] += own
            continue
        for (caller, _, _), (_, _, part, _) in callers.items():
            seconds[_step_of(caller)] += part
    del seconds[""]
    return seconds


def _step_of(file: str) -> str:
    if file == __file__ or "asyncio/" in file:
        return ""
    parts = (step for step, names in STEPS.items() if any(name in file for name in names))
    return next(parts, _OTHER)


async def table(home: Path, number: int) -> None:
    """Print the table."""
    bound_heap()  # as a web process does
    settings = Settings(
        home=home,
        **dict.fromkeys(("budget_seconds", "budget_errors", "budget_pages"), 0.0),  # type: ignore[arg-type]
    )
    application, live = create_application(settings)
    with live.lease() as serving:
        release = serving.release
    keys = keys_of(release, "commitment")
    things = [release.iris.thing("commitment", key).value for key in keys]
    end = b" HTTP/1.1\r\nHost: localhost\r\nAccept: "
    kinds = {
        f"{kind.name}, a new query": [
            b"GET /sparql?query=%b%b%b\r\n\r\n"
            % (quote_plus(query).encode(), end, kind.accept.encode())
            for query in kind.queries(things, things, range(number))
        ]
        for kind in KINDS
        if kind.name in {"point", "CONSTRUCT of a thing"}
    }
    for form in ("ttl", "jsonld"):
        kinds[f"a document not kept, {form}"] = [
            b"GET /doc/commitment/%b.%b%b*/*\r\n\r\n" % (key.encode(), form.encode(), end)
            for key in keys[:number]
        ]
    columns = {}
    for name, requests in kinds.items():
        connection = Connection(Connections(settings, 10), application)
        client = _Client()
        connection.connection_made(client)
        columns[name] = await cost_of(connection, client, requests)
    print(f"| step | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for step in (*STEPS, _OTHER):
        figures = (f"{steps.get(step, 0.0):,.0f}" for _, steps in columns.values())
        print(f"| {step} | {' | '.join(figures)} |")
    print(f"| all | {' | '.join(f'{whole:,.0f}' for whole, _ in columns.values())} |", flush=True)
    os._exit(0)  # threads and workers are not waited for


def main() -> None:
    """Print the table of a home."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--requests", type=int, default=2_000)
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(table(options.home, options.requests))


if __name__ == "__main__":
    main()
