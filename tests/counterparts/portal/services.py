"""The services CKAN stands on: a Postgres and a Redis of its own, and something that answers like Solr.

Run by the environment of CKAN, not by ours. Everything listens on 127.0.0.1 on a free port, keeps its files
in the folder it is given and ends with its context.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

_STARTING = 60.0


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTING
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"{process.args} did not start:\n{log.read_text()}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


@contextmanager
def _running(
    command: list[str], port: int, log: Path, user: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, user=user)
    try:
        _wait_for(port, process, log)
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # which Postgres takes for: do not wait for clients
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def postgres_programs() -> Path:
    """Return the folder of Postgres's programs, which Debian keeps off the path."""
    program = shutil.which("postgres")
    folders = [Path(program).resolve().parent] if program else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next(f for f in folders if (f / "initdb").is_file())


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Start a Postgres with an empty database, and yield its address.

    It refuses to run as root, and is then the user its package made. Nothing is synced: a test's data may
    be lost.
    """
    programs = postgres_programs()
    user = "postgres" if os.geteuid() == 0 else None
    data = folder / "postgres"
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user)
    subprocess.run(
        [programs / "initdb", "--no-sync", "-A", "trust", "-U", "ckan", "-E", "UTF8", "-D", data],
        check=True,
        user=user,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        cwd="/",
    )
    port = free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]
    with _running(command, port, folder / "postgres.log", user):
        where = ["-h", "127.0.0.1", "-p", str(port), "-U", "ckan"]
        made = [programs / "createdb", *where, "-E", "UTF8", "-T", "template0", "ckan"]
        _patiently(made)
        yield f"postgresql://ckan@127.0.0.1:{port}/ckan"


def _patiently(command: list[str | Path]) -> None:
    """Run a command until it succeeds: Postgres listens a moment before it serves."""
    deadline = time.monotonic() + _STARTING
    while True:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            return
        if time.monotonic() > deadline:
            raise SystemExit(done.stderr)
        time.sleep(0.1)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Start a Redis that keeps nothing, and yield its address."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with _running([*command, "--dir", str(folder)], port, folder / "redis.log"):
        yield f"redis://127.0.0.1:{port}/0"


class _Solr(BaseHTTPRequestHandler):
    """Take every document, find nothing: what a harvest asks of Solr and no more."""

    answers: ClassVar[dict[str, tuple[str, str]]] = {
        "schema": ("application/xml", '<schema name="ckan-2.11" version="1.6"/>'),
        "update": (
            "application/xml",
            '<response><lst name="responseHeader"><int name="status">0</int></lst></response>',
        ),
    }
    nothing = (
        "application/json",
        '{"responseHeader": {"status": 0}, "response": {"numFound": 0, "start": 0, "docs": []}}',
    )

    def do_GET(self) -> None:
        """Answer by the last step of the path."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        step = self.path.partition("?")[0].rstrip("/").rpartition("/")[2]
        media_type, text = self.answers.get(step, self.nothing)
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    do_POST = do_GET  # noqa: N815 (the library's name)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def solr() -> Iterator[str]:
    """Start the stand-in for Solr, which no Debian package has, and yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Solr)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/solr/ckan"
    finally:
        server.shutdown()
        server.server_close()
