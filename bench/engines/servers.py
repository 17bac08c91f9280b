"""Servers with a release in them: ours, and those that a reader would install today.

Each holds the release's statements, every one once, in its default graph. One that is not here is left out.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ogpld.release import Release

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 300
#: Settings that bound what one visitor may ask for.
_BUDGETS = ("budget_seconds", "budget_errors", "budget_pages")
_QUIET = subprocess.DEVNULL


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that answers: its name, its version, where its SPARQL endpoint is, and its process."""

    name: str
    version: str
    url: str
    process: int


@dataclass(frozen=True, slots=True)
class Place:
    """What a server is started with: the release, its home and statements, a folder and a port of its own."""

    release: Release
    home: Path
    triples: Path
    scratch: Path
    port: int
    path: str

    def program(self, *names: str) -> str | None:
        """Return the first of some programs that is here."""
        programs = (p for name in names if (p := shutil.which(name, path=self.path)))
        return next((str(Path(p).absolute()) for p in programs), None)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _version(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return next((line.strip() for line in lines if any(map(str.isdigit, line))), "?")[:60]


def _answers(url: str) -> None:
    """Wait until a server answers a query."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=30):  # noqa: S310  (loopback)
                return
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"nobody answers at {url}")


@contextmanager
def _running(command: list[str], **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a process group of its own, and end it."""
    process = subprocess.Popen(
        command,
        stdout=_QUIET,
        stderr=_QUIET,
        start_new_session=True,
        **options,  # type: ignore[call-overload]
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


Start = Callable[[Place, ExitStack], Endpoint | None]
#: What ogpld of another checkout is called.
OTHER = "ogpld of the other checkout"


def _ogpld(place: Place, stack: ExitStack) -> Endpoint:
    return _ogpld_of(ROOT, place.home, "ogpld", place, stack)


def other_checkout(checkout: Path, home: Path) -> Start:
    """Return what starts ogpld as another checkout has it, with a home which that one built.

    Python and packages are ours; what only the other needs stands in PYTHONPATH.
    """
    return partial(_ogpld_of, checkout.absolute(), home.absolute(), OTHER)


def _ogpld_of(root: Path, home: Path, name: str, place: Place, stack: ExitStack) -> Endpoint:
    # visitors of these tests are one address: its budget is as large as the machine
    settings = (root / "ogpld/config.py").read_text(encoding="utf-8")
    budgets = [name for name in _BUDGETS if f"{name}:" in settings]
    environment = os.environ | {f"OGPLD_{name.upper()}": "0" for name in budgets}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(root), os.getenv("PYTHONPATH")]))
    command = [sys.executable, "-m", "ogpld", "--home", str(home)]
    process = stack.enter_context(
        _running([*command, "serve", f"--port={place.port}"], env=environment, cwd=root)
    )
    url = f"http://127.0.0.1:{place.port}/sparql"
    _answers(url)
    commit = _version("git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12")
    return Endpoint(name, f"commit {commit}", url, process.pid)


def _oxigraph(place: Place, stack: ExitStack) -> Endpoint | None:
    if not (program := place.program("oxigraph")):
        return None
    process = stack.enter_context(_running([program, "serve", "--bind", f"127.0.0.1:{place.port}"]))
    base = f"http://127.0.0.1:{place.port}"
    _answers(f"{base}/query")
    request = urllib.request.Request(  # noqa: S310  (loopback)
        f"{base}/store?default",
        data=place.triples.read_bytes(),
        headers={"Content-Type": "application/n-triples"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=_PATIENCE).close()  # noqa: S310
    return Endpoint(
        "oxigraph serve, in memory", _version(program, "--version"), f"{base}/query", process.pid
    )


def _fuseki(place: Place, stack: ExitStack) -> Endpoint | None:
    jar, java = ROOT / ".counterparts/fuseki/jena-fuseki-server.jar", place.program("java")
    if not (java and jar.is_file()):
        return None
    command = [java, "-Xmx1500m", "-jar", str(jar), "--localhost", f"--port={place.port}",
               "--file", str(place.triples), "/ogp"]  # fmt: skip
    process = stack.enter_context(_running(command, cwd=place.scratch))
    url = f"http://127.0.0.1:{place.port}/ogp/sparql"
    _answers(url)
    return Endpoint(
        "Fuseki, in memory", _version(java, "-jar", str(jar), "--version"), url, process.pid
    )


_VIRTUOSO = """[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = {sql}
LiteMode = 0
DirsAllowed = {folder}, {data}
NumberOfBuffers = 45000
MaxDirtyBuffers = 30000
[HTTPServer]
ServerPort = {port}
ServerThreads = 12
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 120
"""


def _virtuoso(place: Place, stack: ExitStack) -> Endpoint | None:
    server, client = place.program("virtuoso-t"), place.program("isql-vt", "isql")
    if not (server and client):
        return None
    sql = free_port()
    settings = place.scratch / "virtuoso.ini"
    settings.write_text(
        _VIRTUOSO.format(folder=place.scratch, data=place.triples.parent, sql=sql, port=place.port)
    )
    process = stack.enter_context(_running([server, "-f", "-c", str(settings)], cwd=place.scratch))
    url = f"http://127.0.0.1:{place.port}/sparql"
    _answers(url)
    load = (
        f"DB.DBA.TTLP_MT(file_to_string_output('{place.triples}'), '', 'http://bench.example/', 0);"
        "checkpoint;"
    )
    subprocess.run(
        [client, str(sql), "dba", "dba", f"exec={load}"],
        check=True,
        stdout=_QUIET,
        timeout=_PATIENCE,
    )
    return Endpoint("Virtuoso", _version(server, "-?"), url, process.pid)


def _rdflib(place: Place, stack: ExitStack) -> Endpoint | None:
    if not (program := place.program("rdflib-endpoint")):
        return None
    command = [program, "serve", "--host=127.0.0.1", f"--port={place.port}", str(place.triples)]
    process = stack.enter_context(_running(command, cwd=place.scratch))
    url = f"http://127.0.0.1:{place.port}/"
    _answers(url)
    return Endpoint("rdflib-endpoint", _version(program, "--version"), url, process.pid)


SERVERS: dict[str, Start] = {
    "ogpld": _ogpld,
    "oxigraph": _oxigraph,
    "fuseki": _fuseki,
    "virtuoso": _virtuoso,
    "rdflib-endpoint": _rdflib,
}


@contextmanager
def started(
    servers: Mapping[str, Start], release: Release, home: Path, triples: Path, path: str
) -> Iterator[list[Endpoint]]:
    """Start those of some servers that are here, and end them.

    Args:
        servers: what starts each, by its name.
        release: that all serve.
        home: where it is.
        triples: its statements, every one once.
        path: where programs are looked for.
    """
    with ExitStack() as stack:
        endpoints = []
        for name, start in servers.items():
            scratch = triples.parent / name
            scratch.mkdir()
            place = Place(release, home, triples, scratch, free_port(), path)
            print(f"starting {name} …", file=sys.stderr, flush=True)
            if endpoint := start(place, stack):
                endpoints.append(endpoint)
            else:
                print(f"{name} is not here and is left out", file=sys.stderr)
        yield endpoints
