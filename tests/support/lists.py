"""Lists walked by their links, and what `/sparql` says should be in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import requests

from ogpld.iris import natural
from support.running import Server


def ask(server: Server, query: str) -> list[dict[str, str]]:
    """Return rows of `/sparql`, which knows nothing of lists."""
    prefixes = "PREFIX ogpld: <https://w3id.org/ogpld/ns#>\n"
    answer = server.get("/sparql", params={"query": prefixes + query, "format": "csv"})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def things(server: Server, pattern: str) -> list[str]:
    """Return the things a pattern finds, in the order of lists."""
    rows = ask(server, f"SELECT DISTINCT ?t {{ {pattern} }}")
    return sorted((row["t"] for row in rows), key=natural)


def walk(server: Server, path: str) -> Iterator[requests.Response]:
    """Yield the pages of a list by their links."""
    seen: set[str] = set()
    while path:
        assert path not in seen
        seen.add(path)
        answer = server.get(path)
        assert answer.status_code == 200, answer.text
        yield answer
        path = answer.links.get("next", {}).get("url", "")
