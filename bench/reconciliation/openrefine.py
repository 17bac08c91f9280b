"""OpenRefine matches a thousand rows: `python bench/reconciliation/openrefine.py --home HOME [--rows 1000]`.

Debian's package `openrefine` runs without a window. Rows are members, bodies and titles of the release,
one word in each with a typing error; a project is made of them and reconciled by the commands that its pages
send. Requests go to our server through a proxy that takes the time of each: so the service's share is
measured apart from OpenRefine's own. Prints lines for RESULTS.md.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from make_queries import SEED, slip

from ogpld.release import ReleaseStore
from ogpld.release.release_store import SEARCH

#: Classes in the table, with their share of the rows.
SHARES = {"Member": 0.2, "Institution": 0.2, "Commitment": 0.6}
_START, _PATIENCE = 120, 600


def rows(index: Path, count: int) -> list[list[str]]:
    """Return so many rows: class, text with a slip, member, key that is meant."""
    rng = random.Random(SEED)
    connection = sqlite3.connect(f"file:{index}?mode=ro", uri=True)
    table: list[list[str]] = []
    for name, share in SHARES.items():
        sql = "SELECT key, label, member FROM thing WHERE class = ? ORDER BY key"
        things = [t for t in connection.execute(sql, (name,)) if slip(t[1], random.Random(0))]
        for number in range(round(count * share)):
            key, label, member = things[number % len(things)]
            table.append([name, slip(label, rng), "" if name == "Member" else member, key])
    return table


class Timing(ThreadingHTTPServer):
    """A proxy that counts requests and adds up the seconds until their answer is there."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        self.upstream, self.requests, self.queries, self.seconds = upstream, 0, 0, 0.0
        self.lock = threading.Lock()
        # one that is kept, as OpenRefine asks one request after the other
        self.connection = HTTPConnection(urlsplit(upstream).netloc, timeout=60)
        super().__init__(("127.0.0.1", 0), _Passing)

    @property
    def url(self) -> str:
        """Address of the proxy."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Timing

    def do_GET(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        names = ("Content-Type", "Accept", "User-Agent")
        head = {name: self.headers[name] for name in names if name in self.headers}
        with self.server.lock:
            start = time.perf_counter()
            self.server.connection.request(self.command, self.path, body, head)
            answer = self.server.connection.getresponse()
            content = answer.read()
            seconds = time.perf_counter() - start
            if self.command == "POST":
                self.server.requests += 1
                self.server.queries += (
                    len(json.loads(content)) if answer.status == HTTPStatus.OK else 0
                )
                self.server.seconds += seconds
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.getheader("Content-Type", "application/json"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class OpenRefine:
    """The commands of a running OpenRefine, as its pages send them.

    Args:
        url: where it answers.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()

    def _post(self, command: str, **fields: Any) -> Any:
        token = self._session.get(f"{self.url}/command/core/get-csrf-token", timeout=60).json()
        files = fields.pop("files", None)
        answer = self._session.post(
            f"{self.url}/command/core/{command}",
            params={"csrf_token": token["token"], **fields.pop("params", {})},
            data=fields,
            files=files,
            timeout=_PATIENCE,
        )
        answer.raise_for_status()
        return answer

    def create(self, table: list[list[str]]) -> str:
        """Make a project of a table with a header, and return its number."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(table)
        answer = self._post(
            "create-project-from-upload",
            params={"format": "text/line-based/*sv", "options": json.dumps({"separator": ","})},
            files={"project-file": ("rows.csv", text.getvalue(), "text/csv")},
            **{"project-name": "rows"},
        )
        number: str = answer.url.rpartition("project=")[2]
        return number

    def reconcile(self, project: str, service: str, name: str) -> None:
        """Reconcile the rows of a class, and wait until it is done."""
        chosen = {"v": {"v": name, "l": name}}
        facet = {
            "type": "list",
            "name": "kind",
            "columnName": "kind",
            "expression": "value",
            "selection": [chosen],
            **dict.fromkeys(
                ("omitBlank", "omitError", "selectBlank", "selectError", "invert"), False
            ),
        }
        member = {"column": "member", "propertyName": "Member", "propertyID": "member"}
        config = {
            "mode": "standard-service",
            "service": service,
            "identifierSpace": "",
            "schemaSpace": "",
            "type": {"id": name, "name": name},
            "autoMatch": True,
            "columnDetails": [member] if name != "Member" else [],
            "limit": 0,
        }
        self._post(
            "reconcile",
            params={"project": project},
            columnName="name",
            config=json.dumps(config),
            engine=json.dumps({"facets": [facet], "mode": "row-based"}),
        )
        address = f"{self.url}/command/core/get-processes"
        deadline = time.monotonic() + _PATIENCE
        while self._session.get(address, params={"project": project}, timeout=60).json()[
            "processes"
        ]:
            if time.monotonic() > deadline:
                raise TimeoutError(name)
            time.sleep(0.05)

    def matched(self, project: str) -> list[tuple[str, str]]:
        """Return of each row the key that is meant and that of the match, "" for none."""
        answer = self._session.post(
            f"{self.url}/command/core/get-rows",
            params={"project": project, "start": "0", "limit": "1000000"},
            data={"engine": json.dumps({"facets": [], "mode": "row-based"})},
            timeout=_PATIENCE,
        ).json()
        pool = answer.get("pool", {}).get("recons", {})
        pairs = []
        for row in answer["rows"]:
            recon = row["cells"][1].get("r")
            recon = pool.get(str(recon), {}) if not isinstance(recon, dict) else recon
            match = recon.get("m") or {}
            key = match.get("id", "").rpartition("/")[2] if recon.get("j") == "matched" else ""
            pairs.append((str(row["cells"][3]["v"]), key))
        return pairs


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], url: str, **environment: str) -> Iterator[int]:
    """Run a program in a session of its own, whose number is given, until the block ends."""
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + _START
        while True:
            try:
                if requests.get(url, timeout=5).ok:
                    break
            except requests.RequestException:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
            time.sleep(0.2)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def cpu_seconds(session: int) -> float:
    """Return the CPU time that the processes of a session have used so far."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended
            continue
        if int(fields[3]) == session:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def open_refine(folder: Path) -> Iterator[OpenRefine]:
    """Run OpenRefine with its projects in a folder."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = ["openrefine", "-p", str(port), "-d", str(folder), "-x", "refine.headless=true"]
    with running(command, f"{url}/command/core/get-version"):
        yield OpenRefine(url)


def main() -> None:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--rows", type=int, default=1_000)
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    assert release is not None  # noqa: S101  (there is nothing to measure without)
    table = rows(release.path / SEARCH, options.rows)
    port = _free_port()
    server = [sys.executable, "-m", "ogpld", "serve", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with (
        tempfile.TemporaryDirectory() as folder,
        running(server, f"{url}/healthz", OGPLD_HOME=str(options.home.resolve())) as session,
        open_refine(Path(folder)) as refine,
    ):
        proxy = Timing(url)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        start, used = time.perf_counter(), cpu_seconds(session)
        project = refine.create([["kind", "name", "member", "key"], *table])
        for name in SHARES:
            refine.reconcile(project, f"{proxy.url}/reconcile", name)
        whole, used = time.perf_counter() - start, cpu_seconds(session) - used
        pairs = refine.matched(project)
        proxy.shutdown()
    right = sum(key == meant for meant, key in pairs)
    wrong = sum(key not in {"", meant} for meant, key in pairs)
    print(f"## OpenRefine, {len(pairs):,} rows of release {release.id}\n")
    print("| | |\n|---|---|")
    print(f"| whole time, project and three columns' worth of reconciling | {whole:.1f} s |")
    print(f"| of that the service, {proxy.requests} requests | {proxy.seconds:.2f} s |")
    print(f"| CPU time of the service | {used:.2f} s |")
    print(f"| queries it was asked (equal cells once) | {proxy.queries:,} |")
    print(
        f"| rows matched right, wrong, left to a person | {right:,}, {wrong}, {len(pairs) - right - wrong} |"
    )


if __name__ == "__main__":
    main()
