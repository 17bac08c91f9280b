"""What the doctor says of us and of others that serve the same data.

    python bench/engines/examine.py [--home var] [--bin DIR]

The current release is served by ogpld and by those of the servers of `servers.py` that are here. All are
examined alike, with the base IRI the data was minted under, and the table counts by topic what passed of
what could be asked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from servers import SERVERS, Endpoint, started
from statements import statements

from ogpld.release import ReleaseStore


def examine(endpoint: Endpoint, base: str) -> dict[str, Any]:
    """Examine a server that answers."""
    places = [urljoin(endpoint.url, "/")]
    if endpoint.name != "ogpld":
        places.append(f"--sparql={endpoint.url}")
    done = subprocess.run(
        [sys.executable, "-m", "ogpld", "doctor", *places, "--format=json", f"--base-iri={base}"],
        capture_output=True,
        check=False,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> None:
    """Examine every server that is here, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--bin", default="", help="folder of the other programs, beside the path")
    options = parser.parse_args()
    release = ReleaseStore(options.home).current()
    if release is None:
        raise SystemExit("no release: run ogpld build")
    path = os.pathsep.join(filter(None, [options.bin, os.environ["PATH"]]))
    with (
        statements(release) as triples,
        started(SERVERS, release, options.home, triples, path) as endpoints,
    ):
        show({e.name: examine(e, release.manifest.base_iri) for e in endpoints})


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
