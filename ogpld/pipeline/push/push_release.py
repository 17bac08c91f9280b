"""Load a release into a store, so that a kill at any moment leaves the store as it was or as it should be.

1. Look which graphs are there, by their number of statements: a name says what a graph has to hold, so
   what is there whole is not sent again, whether another release has it or a push was killed.
2. Send the others: the union by difference, where that of the release before is there and differs little;
   graphs that did not change are there already, under the same name.
3. Count each again, and the union property by property.
4. Write the description of the release, then the pointer, in one request.
5. Drop what no release has any more, and what releases had that were retired a while ago.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from ogpld.errors import StoreFailedError, StoreIncompleteError, StoreUnreachableError
from ogpld.formats import media
from ogpld.pipeline.progress import Progress
from ogpld.pipeline.push.push_parts import Part, ReleaseParts, union_lines
from ogpld.release import Release, ReleaseStore
from ogpld.stores.remote.http_exchange import BodyLimitError, whole_number
from ogpld.stores.remote.release_graphs import GRACE, HeldRelease
from ogpld.stores.remote.remote_store import RemoteStore

#: Statements of one request of the Graph Store Protocol, and of one update (Virtuoso takes 1,200).
_CHUNK, _UPDATE = 50_000, 500
#: Seconds that one request may take.
_SECONDS = 120.0
#: A graph is sent whole where more than one statement in so many differs.
_DIFFERS = 4
_DONE = frozenset({200, 201, 204})
_GONE = 404


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Attributes:
        statements: statements of the release in the store, all graphs together.
        graphs: graphs of the release.
        sent: graphs that were sent whole.
        changed: graphs that were made from one of the release before.
        lines: statements that were sent.
        dropped: graphs that were dropped.
        moved: whether the pointer was moved; else it named the release already.
    """

    statements: int
    graphs: int
    sent: int
    changed: int
    lines: int
    dropped: int
    moved: bool


class Push:
    """A release on its way into a store.

    Args:
        store: the store.
        release: the release.
        parts: its graphs.
        progress: is told of each step.
        release_store: where the release before may be.
        clock: seconds of Unix time.
    """

    def __init__(
        self,
        store: RemoteStore,
        release: Release,
        parts: ReleaseParts,
        progress: Progress,
        release_store: ReleaseStore | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._release, self._parts = store, release, parts
        self._progress, self._release_store, self._clock = progress, release_store, clock
        self._name, self._site = store.address.query, store.site
        self._sent = self._changed = self._lines = 0

    def run(self) -> Pushed:
        """Load the release and move the pointer.

        Raises:
            StoreUnreachableError: where the store cannot be reached; what was sent stays for the next push.
            StoreFailedError: where it refuses.
            StoreIncompleteError: where it holds something else than was sent.
        """
        graphs, digest = self._parts.graphs, self._release.manifest.digest
        self._progress.step(f"looking at {self._name}")
        sizes = self._sizes()
        if self._store.engine:
            raise StoreFailedError(
                f"{self._name} is a balancer, and would fill one of its engines only",
                hint="push to each engine: ogpld push --to ADDRESS --to ADDRESS",
            )
        held = self._pointer()
        missing = [name for name, size in graphs.sizes.items() if sizes.get(name, 0) != size]
        if missing:
            self._send_missing(missing, sizes, held)
            self._check()
        description = self._site.description(graphs)
        name = self._site.release(digest)
        written = sizes.get(name) == len(description)
        there = held.get(digest)
        moved = (
            (not written or bool(missing) or there is None)
            or there.state != "current"
            or there.id != self._release.id  # another release with the same data
        )
        if moved:
            self._progress.step("moving the pointer")
            held = self._moved(held)
            self._write(name, description)
            self._write(self._site.pointer, self._site.pointer_lines(held.values()))
            if self._pointer() != held:
                raise StoreIncompleteError(
                    f"{self._name} does not say of its releases what was written",
                    hint="see that nobody else writes there, and push again",
                )
        dropped = self._drop(held)
        self._progress.finish()
        statements = sum(graphs.sizes[name] for name in {*graphs.named.values()})
        return Pushed(
            statements, len(graphs.sizes), self._sent, self._changed, self._lines, dropped, moved
        )

    def _sizes(self) -> dict[str, int]:
        return self._counts(self._site.sizes_query())

    def _pointer(self) -> dict[str, HeldRelease]:
        return self._site.read_pointer(self._store.statements(self._site.pointer))

    def _moved(self, held: dict[str, HeldRelease]) -> dict[str, HeldRelease]:
        """Return what the pointer says once it has moved: one release before stays in use.

        Where the data are the current ones already, under another id, the others stay what they are.
        """
        now, digest = float(f"{self._clock():.0f}"), self._release.manifest.digest
        is_new = digest not in held or held[digest].state != "current"
        steps = {"current": "previous", "previous": "retired"} if is_new else {}
        others = {
            each.digest: HeldRelease(each.digest, each.id, steps[each.state], now, each.graphs)
            if each.state in steps
            else each
            for each in held.values()
            if each.digest != digest
        }
        names = len(self._parts.graphs.named) + 1
        own = HeldRelease(digest, self._release.id, "current", now, names)
        return {**others, digest: own}

    def _send_missing(
        self, missing: list[str], sizes: dict[str, int], held: dict[str, HeldRelease]
    ) -> None:
        """Send the graphs that are not there whole, the union by difference where that is possible."""
        union = self._parts.graphs.union
        total = sum(self._parts.graphs.sizes[name] for name in missing)
        self._progress.step("sending statements", total)
        done = 0
        for name in missing:
            part = self._parts.parts[name]
            if name == union and self._changed_from_before(part, sizes, held):
                self._changed += 1
            else:
                self._send(name, part.lines, done, total)
                self._sent += 1
            done += len(part.lines)
            self._progress.reach(done, total)

    def _changed_from_before(
        self, part: Part, sizes: dict[str, int], held: dict[str, HeldRelease]
    ) -> bool:
        """Make the union from that of a release that is there; say whether that was possible."""
        before = next((each for each in held.values() if each.state == "current"), None)
        release = self._held_here(before)
        if before is None or release is None or not self._store.address.update:
            return False
        lines = union_lines(release)
        old = self._site.content(Part(lines).digest())
        if sizes.get(old) != len(lines):
            return False
        there, wanted = set(lines), set(part.lines)
        added, gone = wanted - there, there - wanted
        if _DIFFERS * (len(added) + len(gone)) > len(wanted):
            return False
        new = self._parts.graphs.union
        try:
            self._update(f"COPY SILENT GRAPH <{old}> TO GRAPH <{new}>")
            for verb, statements in (("DELETE", gone), ("INSERT", added)):
                for chunk in _chunks(sorted(statements), _UPDATE):
                    text = b"".join(chunk).decode()
                    self._update(f"{verb} DATA {{ GRAPH <{new}> {{\n{text}}} }}")
        except StoreUnreachableError:
            raise
        except StoreFailedError:  # no updates there, or none of this kind: it is sent whole
            return False
        self._lines += len(added) + len(gone)
        return self._count(new) == len(wanted)

    def _held_here(self, before: HeldRelease | None) -> Release | None:
        """Return a release of the store where its data is in the home."""
        if before is None or self._release_store is None:
            return None
        return next(
            (
                release
                for release in self._release_store.releases()
                if release.manifest.digest == before.digest and not release.pruned
            ),
            None,
        )

    def _send(self, name: str, lines: list[bytes], done: int, total: int) -> None:
        method = "PUT"
        for number, chunk in enumerate(_chunks(lines, _CHUNK)):
            self._put(method, name, b"".join(chunk))
            method = "POST"  # sent twice it adds nothing: there are no blank nodes
            self._lines += len(chunk)
            self._progress.reach(done + min((number + 1) * _CHUNK, len(lines)), total)

    def _write(self, name: str, lines: Iterable[str]) -> None:
        self._put("PUT", name, "".join(lines).encode())

    def _put(self, method: str, name: str, body: bytes) -> None:
        url = f"{self._store.address.graphs}?{urlencode({'graph': name})}"
        headers = {"Content-Type": media.N_TRIPLES.type}
        self._request(method, url, headers, body, _DONE)

    def _update(self, text: str) -> None:
        headers = {"Content-Type": media.FORM.type}
        body = urlencode({"update": text}).encode()
        self._request("POST", self._store.address.update, headers, body, _DONE)

    def _request(
        self, method: str, url: str, headers: dict[str, str], body: bytes, done: frozenset[int]
    ) -> None:
        try:
            response = self._store.client.request(method, url, headers, body, seconds=_SECONDS)
        except TimeoutError:
            raise StoreUnreachableError(
                f"{self._name} did not take {len(body):,} bytes in {_SECONDS:g} seconds",
                hint="push again; what was sent is not sent again",
            ) from None
        except BodyLimitError:
            raise StoreFailedError(f"{self._name} answers a {method} with endless text") from None
        if response.status in done:
            return
        hints = {
            401: "name its credentials in the file that store_credentials names",
            403: "let this user write graphs",
        }
        raise StoreFailedError(
            f"{self._name} answers the {method} of a graph with status {response.status}",
            hint=hints.get(
                response.status, f"see its log; graphs are written at {url.partition('?')[0]}"
            ),
        )

    def _check(self) -> None:
        """Count what the store holds: each graph, and the union of them property by property."""
        self._progress.step("counting statements")
        graphs, sizes = self._parts.graphs, self._sizes()
        for name, size in graphs.sizes.items():
            self._compare(f"in {name}", sizes.get(name, 0), size)
        there, wanted = self._properties(graphs.union), self._parts.parts[graphs.union].properties()
        for each in sorted({*there, *wanted}):
            self._compare(f"with <{each}>", there.get(each, 0), wanted.get(each, 0))

    def _compare(self, which: str, there: int, wanted: int) -> None:
        if there != wanted:
            raise StoreIncompleteError(
                f"{self._name} holds {there:,} statements {which}, not {wanted:,}; its pointer was not moved",
                hint="push again; docs/engines.md says what this engine changes",
            )

    def _properties(self, name: str) -> dict[str, int]:
        text = f"SELECT ?of (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?of ?o }} }} GROUP BY ?of"
        return self._counts(text, name)

    def _counts(self, text: str, *named: str) -> dict[str, int]:
        """Return the numbers of a query with the columns `of` and `n`."""
        rows = self._store.select(("of", "n"), text, *named, seconds=_SECONDS)
        return {of: whole_number(number) or 0 for of, number in rows if of}

    def _count(self, name: str) -> int:
        return sum(self._properties(name).values())

    def _drop(self, held: dict[str, HeldRelease]) -> int:
        """Drop graphs of no release, and of releases that were retired long enough ago."""
        now = self._clock()
        due = {
            d for d, each in held.items() if each.state == "retired" and now - each.since > GRACE
        }
        live = {self._site.pointer}
        for digest, each in held.items():
            if digest in due:
                continue
            name = self._site.release(digest)
            graphs = self._site.read_description(self._store.statements(name), each)
            live |= {name, graphs.union, *graphs.named.values()}
        superfluous = sorted({*self._sizes()} - live)
        if due:  # the pointer forgets them first
            rest = [each for digest, each in held.items() if digest not in due]
            self._write(self._site.pointer, self._site.pointer_lines(rest))
        if superfluous:
            self._progress.step("dropping old graphs", len(superfluous))
        for name in superfluous:
            url = f"{self._store.address.graphs}?{urlencode({'graph': name})}"
            self._request("DELETE", url, {}, b"", _DONE | {_GONE})
            self._progress.tick()
        return len(superfluous)


def _chunks(lines: list[bytes], size: int) -> Iterator[list[bytes]]:
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def utc_now() -> str:
    """Return the time, UTC, in seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")
