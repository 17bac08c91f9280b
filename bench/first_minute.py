"""The first minute of a clone, and a changed cell: build, first answer, first page, dumps, title.

    python bench/first_minute.py [--port 8899]

In a home of its own, as `make serve` goes about it, but for the installation: the shipped data is built
without dumps, a server starts, the dumps are written beside it. Then the title of one commitment changes;
what counts is when the new release is current. Seconds by the clock, and of processor time (children
included), which a busy machine does not change.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ogpld.paths import shipped
from ogpld.release import ReleaseStore

_OGPLD = [sys.executable, "-m", "ogpld"]
#: A table with a title in each row, and the column.
_TABLE, _TITLE = "sources/explorer/commitments-2016.csv", "Short Title"
#: Seconds between two looks at whether something has happened.
_LOOK = 0.01


def _row(name: str, seconds: float, processor: float | None = None) -> None:
    used = "" if processor is None else f"{processor:8.2f} CPU"
    print(f"{name:<34}{seconds:8.2f} s{used}", flush=True)


def _run(name: str, home: Path, *options: str, dumps: bool) -> None:
    """Build and print how long it took, and when the release was current."""
    store = ReleaseStore(home)
    before, started = store.current(), time.perf_counter()
    environment = {**os.environ, "OGPLD_DUMPS": str(dumps).lower()}
    command = [*_OGPLD, "--home", str(home), "build", *options]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    link, current = home / "current", None
    target = str(Path(link).readlink()) if before else ""
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if current is None and link.is_symlink() and str(Path(link).readlink()) != target:
            current = time.perf_counter() - started
        if pid:
            break
        time.sleep(_LOOK)
    if status:
        sys.exit(f"{' '.join(command)} failed; run it by itself to see why")
    if current is not None:
        _row(f"{name}: current", current)
    _row(f"{name}: ended", time.perf_counter() - started, usage.ru_utime + usage.ru_stime)


@contextmanager
def _server(home: Path, port: int) -> Iterator[None]:
    """Serve, and print when the first answer and the first page came."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [*_OGPLD, "--home", str(home), "serve", "--port", str(port)], stderr=subprocess.DEVNULL
    )
    site = f"http://127.0.0.1:{port}/"
    try:
        while True:
            try:
                urllib.request.urlopen(f"{site}healthz").close()  # noqa: S310 - our own server
                break
            except OSError:
                if process.poll() is not None:
                    sys.exit(f"no server at {site}")
                time.sleep(_LOOK)
        _row("server: first answer", time.perf_counter() - started)
        started = time.perf_counter()
        urllib.request.urlopen(site).read()
        _row("server: first page", time.perf_counter() - started)
        yield
    finally:
        process.terminate()
        process.wait()


def _changed(folder: Path) -> Path:
    """Copy the shipped data with another title in the middle of a table."""
    shutil.copytree(shipped("data"), folder)
    with (folder / _TABLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[len(rows) // 2][rows[0].index(_TITLE)] += " (changed)"
    with (folder / _TABLE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return folder


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=8899)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        _run("first build", home, dumps=False)
        with _server(home, options.port):
            _run("dumps beside the server", home, dumps=True)
        data = _changed(Path(scratch) / "data")
        _run("changed cell", home, "--sources", str(data), dumps=False)


if __name__ == "__main__":
    main()
