"""Start the program as a user does: processes, ports, waiting."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(home: Path, **settings: object) -> dict[str, str]:
    """Return an environment with these settings and no others of ours."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("OGPLD_")}
    return {
        **clean,
        "OGPLD_HOME": str(home),
        **{f"OGPLD_{name.upper()}": str(value) for name, value in settings.items()},
    }


@dataclass
class Server:
    """A server process and its address."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def get(self, path: str, **options: object) -> requests.Response:
        """Ask for a path without following redirects."""
        options = {"timeout": 30, "allow_redirects": False, **options}
        return requests.get(self.url + path, **options)  # type: ignore[arg-type]


def patient(seconds: float) -> float:
    """Return how long what takes so many seconds on a machine of its own may take on this one now."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    return seconds * min(10.0, max(1.0, load))


def wait_for(condition: object, seconds: float = 20) -> None:
    """Poll a condition until it holds; fail when it does not in time, which a loaded machine has more of."""
    deadline = time.monotonic() + patient(seconds)
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.05)


def start_server(
    home: Path, log: Path, port: int = 0, *, checkout: Path = ROOT, **settings: object
) -> Server:
    """Start `ogpld serve` of a checkout and wait until it answers; on a free port where none is given."""
    port = port or free_port()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "ogpld", "serve", "--port", str(port)],
            env=environment(home, **settings),
            cwd=checkout,
            stdout=stream,
            stderr=stream,
        )
    server = Server(process, f"http://127.0.0.1:{port}", log)

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            return server.get("/healthz").status_code == 200
        except (requests.ConnectionError, requests.Timeout):
            return False

    try:
        wait_for(answers, 30)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return server


def stop_server(server: Server) -> None:
    """End a server process."""
    server.process.terminate()
    try:
        server.process.wait(20)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


@contextmanager
def listener(
    command: list[str | Path], port: int, log: Path, environment: dict[str, str] | None = None
) -> Iterator[None]:
    """Run a program that listens on a port until the end of the block; what it writes goes to a log."""
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=environment)

    def listens() -> bool:
        assert process.poll() is None, log.read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    try:
        wait_for(listens)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def required(name: str) -> bool:
    """Say whether a counterpart must be there (OGPLD_REQUIRE), so that absence is a failure."""
    return name in os.environ.get("OGPLD_REQUIRE", "").split(",")
