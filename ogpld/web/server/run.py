"""Run the HTTP server (granian).

One web process with many threads, because waiting for a worker holds a thread and documents must go
on beside it. SIGTERM drains; a new `current` is taken up by the process itself, SIGHUP only hurries it.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ogpld.base_path import base_path, require_base_path
from ogpld.catalogue.authority import check_settings
from ogpld.config import Settings, load_settings
from ogpld.errors import ConfigError, ReleaseError
from ogpld.release import Release, ReleaseStore
from ogpld.web.app import create_app
from ogpld.web.current.current_release import CurrentRelease
from ogpld.web.server.response_cache import ResponseCache
from ogpld.web.server.rsgi import Rsgi
from ogpld.workers.confinement import die_with_parent

#: Threads beyond those that can wait for query workers: documents and errors.
_SPARE = 16


def serve(settings: Settings) -> int:
    """Serve until told to stop; return the exit code.

    Raises:
        ReleaseError: when there is nothing to serve.
        ConfigError: when a setting names an unknown code, somebody listens at the address, or the release
            has a base IRI that cannot be served.
    """
    check_settings(settings)
    current = ReleaseStore(settings.home).current()
    if current is None:
        raise ReleaseError(f"there is no release in {settings.home}", hint="run: ogpld build")
    require_base_path(current.manifest.base_iri)
    _require_port(settings)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr
    )
    sys.stderr.write(
        f"serving release {current.id} at http://{settings.host}:{settings.port}"
        f"{base_path(current.manifest.base_iri)}/  (Ctrl-C stops)\n"
    )
    for sentence in current.manifest.contradictions(settings):
        sys.stderr.write(
            f"warning: {sentence}\n  -> correct the setting (`ogpld settings` says where it was set) or build"
            " again; addresses in the data are those of the release\n"
        )
    if urlsplit(current.manifest.base_iri).port != settings.port and _is_local(current):
        sys.stderr.write(
            f"  addresses in the data begin with {current.manifest.base_iri}, where this server does not"
            " listen; to move them set base_iri (OGPLD_BASE_IRI=…) and build\n"
        )
    sys.stderr.flush()
    return _granian(settings)


def _is_local(release: Release) -> bool:
    """Say whether the data is named after this machine: behind a proxy its host is another's."""
    return urlsplit(release.manifest.base_iri).hostname in {"localhost", "127.0.0.1", "::1"}


def _require_port(settings: Settings) -> None:
    """Refuse an address somebody listens on: HTTP servers may share it without a word.

    Raises:
        ConfigError: naming the address.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {settings.host}:{settings.port}: {error.strerror}",
                hint="stop the other server, or choose another --host or --port",
            ) from error


def _threads(settings: Settings) -> int:
    waiting = settings.query_queue + settings.validate_queue
    past = 3 * settings.past_requests
    return settings.query_workers + settings.query_long + 1 + waiting + past + _SPARE


def _largest_body(settings: Settings) -> int:
    """Return the bytes of a body that are read at all; what is to be read of it is decided later."""
    return 2 * settings.validate_bytes + 1_000_000


def make_application() -> Rsgi:
    """Return the application in granian's worker process; settings come by environment."""
    die_with_parent(os.getppid())
    settings = load_settings(file=None)
    front = create_front(settings)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return Rsgi(front, _threads(settings), _largest_body(settings))


def _granian(settings: Settings) -> int:
    """Run granian with one worker process, which this process watches."""
    from granian.server import Server  # noqa: PLC0415  (only the server needs it)

    class Drained(Server):  # type: ignore[misc,valid-type]
        """Granian whose SIGHUP does not restart the process: it switches releases by itself."""

        def signal_handler_reload(self, *_args: Any, **_kwargs: Any) -> None:
            """Do nothing; the watcher looks at `current` anyway."""

    os.environ.update(settings.as_environment())
    server = Drained(
        "ogpld.web.server.run:make_application",
        factory=True,
        interface="rsgi",
        address=settings.host,
        port=settings.port,
        workers=1,
        backpressure=1024,
        workers_kill_timeout=int(settings.drain) + 5,
        log_access=False,
        log_level="error",
        websockets=False,
        process_name=None,
    )
    server.serve()
    return 0


def create_front(settings: Settings) -> ResponseCache:
    """Return the WSGI application of a server, its release opened."""
    live = CurrentRelease(settings)
    live.start()
    application: Callable[..., Any] = create_app(settings).wsgi_app
    return ResponseCache(live, application)
