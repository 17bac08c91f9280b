"""Measure pages of lists, as the data grows.

    python bench/lists.py [--home var] [--quads 500000] [--rounds 15]

For the shipped release and for one grown from it: the first page of a list that anybody asks for (which
reads the things and the values its filters need), then the median of other pages, written anew each time:
what the HTTP server keeps of answered pages is not used. A ratio says what a page of the grown list costs
beside one of the shipped. Then all rows of a list at once, beside the same rows page by page, and the memory
that the former takes at its most.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

from grown import checked_lines, grown

from ogpld.config import Settings
from ogpld.release import Release, ReleaseStore
from ogpld.stores.limits import Limits
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.lists.answer_list import answer_list
from ogpld.web.lists.list_index import things
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions

#: Segment, form and filter of the pages.
LISTS = (
    ("commitment", "jsonld", ""),
    ("commitment", "html", ""),
    ("commitment", "csv", "completion=complete"),
    ("assessment", "jsonld", ""),
    ("assessment", "html", ""),
    ("assessment", "jsonld", "region=europe&indicator=completion"),
)
#: Segment and form of what is read as a whole.
WHOLE = (("assessment", "csv"), ("assessment", "ndjson"), ("commitment", "csv"))
#: Things on a page of the walk.
PAGE = 1_000


def page(serving: OpenRelease, asked: tuple[str, str, str], number: int) -> float:
    """Return the milliseconds a page takes."""
    segment, form, query = asked
    request = ReleaseRequest.plain(serving, f"/doc/{segment}?{query}&page={number}")
    began = time.perf_counter()
    answer_list(request, segment, form)
    return (time.perf_counter() - began) * 1000


def measure(serving: OpenRelease, rounds: int) -> list[tuple[float, float]]:
    """Return, for each list, what the first page took, and the median of others."""
    found = []
    for asked in LISTS:
        serving.documents.__init__(serving.settings.document_cache)  # type: ignore[misc]
        first = page(serving, asked, 1)
        last = 1 if asked[2] else max(1, -(-len(things(serving, asked[0])) // 100))
        rest = [page(serving, asked, 1 + n % last) for n in range(rounds)]
        found.append((first, statistics.median(rest)))
    return found


def whole(serving: OpenRelease, segment: str, form: str) -> tuple[int, float, float, float]:
    """Return the rows of a list, the rows a second at once and page by page, and MB of memory at once."""
    number = len(things(serving, segment))

    def read(query: str) -> float:
        request = ReleaseRequest.plain(serving, f"/doc/{segment}?{query}")
        began = time.perf_counter()
        answer_list(request, segment, form)
        return time.perf_counter() - began

    read("page=1")  # reads what both need
    walk = sum(read(f"limit={PAGE}&page={n + 1}") for n in range(-(-number // PAGE)))
    at_once = read("")
    serving.files.clear()
    tracemalloc.start()
    read("")
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return number, number / at_once, number / walk, memory


def show_whole(name: str, serving: OpenRelease) -> None:
    """Print one row a list that is read as a whole."""
    for segment, form in WHOLE:
        rows, at_once, walk, memory = whole(serving, segment, form)
        print(
            f"{name:<9} {f'{segment}.{form}':<40} {rows:>7,} rows {at_once:>9,.0f}/s at once"
            f" {walk:>9,.0f}/s by pages {memory:>6.1f} MB"
        )


def opened(release: Release, data: Path, quads: int | None, settings: Settings) -> OpenRelease:
    """Return a release being served, with other data than its own."""
    store = QueryService(PoolOptions(data, Limits.of(settings), workers=1, expected=quads))
    store.start()
    return OpenRelease(release, ReleaseStore(settings.home), settings, release.model(), store)


def show(number: str, pages: Sequence[tuple[float, float]], before: Sequence[float]) -> None:
    """Print one row a list."""
    for (segment, form, query), (first, other), base in zip(LISTS, pages, before, strict=True):
        name = f"{segment}.{form}{'?' if query else ''}{query}"
        print(f"{number:<9} {name:<55} {first:>7.0f} {other:>7.1f} {other / base:>6.1f}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--quads", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    settings = Settings(home=options.home)
    release = ReleaseStore(options.home).current()
    if release is None:
        parser.error("build a release first: ogpld build")
    print(f"{'data':<9} {'page of 100':<55} {'first':>7} {'other':>7} {'ratio':>6}   ms")
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "data.nq.gz"
        with gzip.open(large, "wt", encoding="utf-8", compresslevel=1) as file:
            file.writelines(
                f"{line}\n" for line in grown(checked_lines(release.path), options.quads)
            )
        before: list[float] = []
        for name, data in (("shipped", release.data), ("grown", large)):
            serving = opened(release, data, None, settings)
            pages = measure(serving, options.rounds)
            before = before or [other for _, other in pages]
            show(name, pages, before)
            show_whole(name, serving)
            serving.store.close()


if __name__ == "__main__":
    main()
