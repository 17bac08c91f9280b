"""What the doctor says of us and of others that serve the same data.

    python bench/peers.py [--home var] [--fuseki jena-fuseki-server.jar] [--bin DIR]

The current release is served by `ogpld serve` and, as plain triples in the default graph, by those of
`oxigraph serve-read-only`, `rdflib-endpoint serve` and Fuseki that are here: programs in --bin or on the
path, Fuseki's jar as told. None is a dependency. All are examined alike, with the base IRI the data was
minted under, and the table counts by topic what passed of what could be asked.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ogpld.rdf import parse_quads
from ogpld.release import ReleaseStore

Command = Callable[[int], list[str]]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(url: str) -> None:
    """Wait until somebody answers, whatever."""
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310  (ours)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nobody answers at {url}")


def examine(command: list[str], port: int, base: str, sparql: str) -> dict[str, Any]:
    """Start a server, examine it, end it."""
    url = f"http://127.0.0.1:{port}/"
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            wait(url)
            told = [f"--sparql={url}{sparql}"] if sparql else []
            done = subprocess.run(
                [sys.executable, "-m", "ogpld", "doctor", url, "--format=json",
                 f"--base-iri={base}", *told],
                capture_output=True, check=False,
            )  # fmt: skip
            found: dict[str, Any] = json.loads(done.stdout)
            return found
        finally:
            process.terminate()


def servers(
    options: argparse.Namespace, scratch: Path, triples: Path
) -> dict[str, tuple[Command, str]]:
    """Return the servers that are here: the command for a port, and where SPARQL is if not found."""
    home = str(options.home)
    found: dict[str, tuple[Command, str]] = {
        "ogpld": (
            lambda port: [sys.executable, "-m", "ogpld", "--home", home, "serve", f"--port={port}"],
            "",
        )
    }
    path = os.pathsep.join(filter(None, [options.bin, os.environ.get("PATH", "")]))
    if oxigraph := shutil.which("oxigraph", path=path):
        store = str(scratch / "oxigraph")
        load = [oxigraph, "load", "--location", store, "--file", str(triples)]
        subprocess.run(load, check=True, capture_output=True)
        found["oxigraph"] = (
            lambda port: [oxigraph, "serve-read-only", "--cors", "--location", store,
                          "--bind", f"127.0.0.1:{port}"],
            "",
        )  # fmt: skip
    if endpoint := shutil.which("rdflib-endpoint", path=path):
        found["rdflib-endpoint"] = (
            lambda port: [endpoint, "serve", "--host=127.0.0.1", f"--port={port}", str(triples)],
            "",
        )
    if options.fuseki:
        found["fuseki"] = (
            lambda port: ["java", "-Xmx1g", "-jar", options.fuseki, "--localhost",
                          f"--port={port}", "--file", str(triples), "/ogp"],
            "ogp/sparql",
        )  # fmt: skip
    return found


def main() -> None:
    """Examine every server that is here, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--fuseki", help="jar of jena-fuseki-server")
    parser.add_argument("--bin", help="folder of the other programs, such as that of a venv")
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    if release is None:
        raise SystemExit("no release: run ogpld build")
    with tempfile.TemporaryDirectory() as folder:
        triples = Path(folder) / "data.nt"
        quads = parse_quads(b"".join(release.lines()), "nq")
        triples.write_text("".join(f"{t} .\n" for t in sorted({str(q.triple) for q in quads})))
        found = {
            name: examine(command(port), port, release.manifest.base_iri, sparql)
            for name, (command, sparql) in servers(options, Path(folder), triples).items()
            for port in [free_port()]
        }
    show(found)


def show(found: dict[str, dict[str, Any]]) -> None:
    """Print the table: passed of asked by topic, then the whole."""
    topics = dict.fromkeys(c["id"].partition(".")[0] for r in found.values() for c in r["checks"])
    print(f"{'':<14}" + "".join(f"{name:>18}" for name in found))
    for topic in topics:
        cells = []
        for result in found.values():
            counts = Counter(
                c["outcome"] for c in result["checks"] if c["id"].partition(".")[0] == topic
            )
            asked = counts["pass"] + counts["fail"]
            cells.append(f"{counts['pass']} of {asked}" if asked else "-")
        print(f"{topic:<14}" + "".join(f"{cell:>18}" for cell in cells))
    whole = [f"{r['passed']} of {r['passed'] + r['failed']}" for r in found.values()]
    print(f"{'all':<14}" + "".join(f"{cell:>18}" for cell in whole))
    print(f"{'score':<14}" + "".join(f"{r['score']:>16.0f} %" for r in found.values()))
    points = [
        f"{r['quality']['points']:.0f} of 405" if r["quality"] else "-" for r in found.values()
    ]
    print(f"{'MQA':<14}" + "".join(f"{cell:>18}" for cell in points))
    print(f"{'requests':<14}" + "".join(f"{r['requests']:>18}" for r in found.values()))


if __name__ == "__main__":
    main()
