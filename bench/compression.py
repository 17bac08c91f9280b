"""Measure what gzip saves and costs: sizes and times by level, and kept answers a second beside plain ones.

    python bench/compression.py URL [--rounds 5] [--seconds 1]

URL is that of a server started with `ogpld serve`. The same addresses are asked with and without
`Accept-Encoding: gzip` in rounds that alternate, over one connection with one request at a
time; the ratio is that of the medians. Times of gzip are processor time, the least of five.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import statistics
import time
from urllib.parse import quote, urlsplit

#: What is measured: name, address, Accept.
PLACES = (
    ("catalogue, Turtle", "/catalog.ttl", "*/*"),
    ("catalogue, JSON-LD", "/catalog.jsonld", "*/*"),
    ("/shapes, Turtle", "/shapes.ttl", "*/*"),
    ("home", "/", "text/html"),
    ("a page of a list", "/doc/commitment", "text/html"),
    ("a document, HTML", "/doc/commitment/EE0050", "text/html"),
    ("a document, Turtle", "/doc/commitment/EE0050.ttl", "*/*"),
    (
        "9,000 rows, JSON",
        f"/sparql?format=json&query={quote('SELECT * { ?s ?p ?o } LIMIT 9000')}",
        "*/*",
    ),
)
LEVELS = (1, 3, 5, 6, 9)


def ask(connection: http.client.HTTPConnection, path: str, accept: str, coding: str) -> bytes:
    """Return a body as it was sent."""
    connection.request("GET", path, headers={"Accept": accept, "Accept-Encoding": coding})
    response = connection.getresponse()
    body = response.read()
    if response.status != http.client.OK:
        raise SystemExit(f"{path}: {response.status} {body[:200]!r}")
    return body


def rate(
    connection: http.client.HTTPConnection, path: str, accept: str, coding: str, seconds: float
) -> float:
    """Return the answers a second."""
    began, number = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        ask(connection, path, accept, coding)
        number += 1
    return number / passed


def processor_ms(body: bytes, level: int) -> float:
    """Return the milliseconds that compressing takes."""
    times = []
    for _ in range(5):
        began = time.thread_time()
        gzip.compress(body, level, mtime=0)
        times.append(time.thread_time() - began)
    return min(times) * 1000


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    parts = urlsplit(options.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    levels = " ".join(f"{f'level {level}: kB, ms':>20}" for level in LEVELS)
    print(f"{'answer':<20} {'plain kB':>9} {levels} {'sent kB':>8} {'req/s':>7} {'gzip/plain':>10}")
    for name, path, accept in PLACES:
        plain = ask(connection, path, accept, "identity")
        sent = ask(connection, path, accept, "gzip")
        by_level = " ".join(
            f"{len(gzip.compress(plain, n)) / 1000:>11.1f} {processor_ms(plain, n):>8.2f}"
            for n in LEVELS
        )
        rates: dict[str, list[float]] = {"identity": [], "gzip": []}
        for _ in range(options.rounds):
            for coding, several in rates.items():
                several.append(rate(connection, path, accept, coding, options.seconds))
        without, with_gzip = (statistics.median(several) for several in rates.values())
        print(
            f"{name:<20} {len(plain) / 1000:>9.1f} {by_level} {len(sent) / 1000:>8.1f}"
            f" {with_gzip:>7.0f} {with_gzip / without:>10.2f}"
        )


if __name__ == "__main__":
    main()
