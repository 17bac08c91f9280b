"""The web process: one event loop, the listening socket of its parent, and a drain at SIGTERM.

`parent_process.py` starts it as `python -m ogpld.web.server.web_process SOCKET HEARTBEAT RESTARTS`, two
numbers of descriptors and how many web processes there were before, with the settings in its environment.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from ogpld.config import Settings
from ogpld.errors import ConfigError, OgpldError
from ogpld.heap import bound_heap, give_back_memory
from ogpld.settings_reader import load_settings
from ogpld.web.server.application import started_threads
from ogpld.web.server.connection import Connection
from ogpld.web.server.connections import Connections
from ogpld.web.server.create_application import create_application
from ogpld.web.server.log_lines import log_to_stderr
from ogpld.web.server.request_log import RequestLog
from ogpld.web.server.serve import BACKLOG
from ogpld.workers.confinement import die_with_parent
from ogpld.workers.inherited_limits import why_not_started

if TYPE_CHECKING:
    from ogpld.web.server.telemetry import Telemetry

_LOG = logging.getLogger("ogpld")
#: Descriptors for everything but connections: releases, workers, files that are sent.
_SPARE_FILES = 256
#: Seconds that a thread may keep the event loop, which has many small things to do, from the interpreter.
_SWITCH = 0.001
#: Connections taken in by one round of the event loop: libuv takes one for each descriptor of the socket.
_ACCEPTED = 8
#: Seconds between two signs of life for the parent.
_BEAT = 1.0
#: Threads that read files which are sent.
_READERS = 4


def main(listening: int, heartbeat: int, restarts: int) -> int:
    """Serve until SIGTERM; return the exit code.

    Args:
        listening: descriptor of a socket that is bound and listens.
        heartbeat: descriptor of a pipe that is told, again and again, that requests are answered.
        restarts: web processes that ended before this one.
    """
    die_with_parent(os.getppid())
    bound_heap()
    sys.setswitchinterval(_SWITCH)
    settings = load_settings(file=Path(os.devnull))
    log_to_stderr(settings.log_format)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, socket.socket(fileno=listening), heartbeat, restarts))
    except OgpldError as error:
        _LOG.error("cannot serve: %s", error)
        return 1
    except (OSError, MemoryError, RuntimeError) as error:
        why = why_not_started(error)
        _LOG.error("cannot serve: %s", why or error, exc_info=not why)
        return 1  # and not by way of the interpreter's end, which waits for threads that wait for others
    return 0


async def _serve(
    settings: Settings, listening: socket.socket, heartbeat: int, restarts: int
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # our parent waits for signals, and blocks them
    loop.set_default_executor(started_threads(_READERS))
    application, live = create_application(settings)
    metrics = None
    if settings.metrics_port:
        from ogpld.web.server.metrics import Metrics  # noqa: PLC0415  (a library that most do without)

        metrics = Metrics(settings, restarts)
    telemetry = _telemetry(settings)
    requests = RequestLog(settings, [each for each in (metrics, telemetry) if each is not None])
    gc.collect()
    give_back_memory()
    gc.freeze()  # what is there now stays: collections need not look at it
    connections = Connections(settings, _most_connections(settings.connections), requests)
    if metrics is not None:
        metrics.serve(connections, live)
    servers = [
        await loop.create_server(
            lambda: Connection(connections, application), sock=listening.dup(), backlog=BACKLOG
        )
        for _ in range(_ACCEPTED)
    ]
    listening.close()
    beat = asyncio.ensure_future(_beat(heartbeat))
    watch = asyncio.ensure_future(connections.watch())
    await stop.wait()
    live.announce_end()
    await asyncio.sleep(settings.drain_notice)
    for server in servers:
        server.close()
    await connections.drain(settings.drain)
    await asyncio.to_thread(live.close)  # what was ended just now ends on this loop
    watch.cancel()
    beat.cancel()
    requests.close()
    if telemetry is not None:
        telemetry.close()


async def _beat(heartbeat: int) -> None:
    """Tell the parent now and then that the event loop goes round; one that does not is replaced."""
    os.set_blocking(heartbeat, False)
    while True:
        with suppress(OSError):  # a parent that sleeps reads later
            os.write(heartbeat, b"1")
        await asyncio.sleep(_BEAT)


def _telemetry(settings: Settings) -> Telemetry | None:
    """Return who makes spans of requests, None where they are not wanted.

    Raises:
        ConfigError: where the packages of the extra are not installed.
    """
    if not settings.telemetry:
        return None
    try:
        from ogpld.web.server.telemetry import Telemetry  # noqa: PLC0415  (packages that most do without)
    except ImportError as error:
        raise ConfigError(
            f"telemetry: {error.name} is not installed",
            hint="python -m pip install 'ogpld[telemetry]', or leave telemetry out",
        ) from error
    return Telemetry(settings)


def _most_connections(wanted: int) -> int:
    """Return how many connections fit into the descriptors the system gives, after asking for all of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = wanted + _SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < want:
        soft = want if hard == resource.RLIM_INFINITY else min(want, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= want:
        return wanted
    most = max(soft - _SPARE_FILES, soft // 2)
    _LOG.warning("only %d of %d connections fit into %d open files (ulimit -n)", most, wanted, soft)
    return most


if __name__ == "__main__":
    code = main(*map(int, sys.argv[1:]))
    logging.shutdown()
    os._exit(code)  # threads whose time is over are not waited for
