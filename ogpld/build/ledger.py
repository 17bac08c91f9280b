"""The ledger `identity.csv`: keys of commitments are frozen, ids of OGP may be re-assigned (4.3).

A build stops when an id stays while printed number *and* title change: then OGP gave the id to
something else, and the new thing needs a key of its own. New commitments are told, with the line to
add, so that their keys are frozen too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.iris import Iris
from ogpld.rdf import DCTERMS, NS, RDF, Quad, term_text
from ogpld.report import Finding, Severity
from ogpld.sources import read_table
from ogpld.sources.trace import Trace

_COLUMNS = {
    "key",
    "official_id",
    "member",
    "plan",
    "printed_number",
    "title",
    "first_seen",
    "last_seen",
    "replaced_by",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One frozen key."""

    row: int
    official_id: str
    printed_number: str
    title: str


def read_ledger(path: Path) -> dict[str, Entry]:
    """Read the ledger; a missing file is an empty one.

    Raises:
        SourceError: for missing columns or a key that stands twice.
    """
    if not path.exists():
        return {}
    table = read_table(path)
    if missing := _COLUMNS - set(table.header):
        raise SourceError(
            f"columns are missing: {', '.join(sorted(missing))}", where=Where(path.name, 1)
        )
    entries: dict[str, Entry] = {}
    for row in table.rows:
        cells = row.cells
        if cells["key"] in entries:
            raise SourceError(
                f"the key {cells['key']!r} stands twice", where=Where(path.name, row.number, "key")
            )
        entries[cells["key"]] = Entry(
            row.number, cells["official_id"], cells["printed_number"], cells["title"]
        )
    return entries


def check_ledger(
    ledger: dict[str, Entry], quads: Iterable[Quad], iris: Iris, trace: Trace
) -> Iterator[Finding]:
    """Yield findings about commitments whose key is not frozen or means something else now."""
    titles: dict[str, set[str]] = {}
    numbers: dict[str, set[str]] = {}
    commitments: set[str] = set()
    for quad in quads:
        subject = term_text(quad.subject)
        if quad.predicate == RDF("type") and quad.object == NS("Commitment"):
            commitments.add(subject)
        elif quad.predicate == DCTERMS("title"):
            titles.setdefault(subject, set()).add(term_text(quad.object))
        elif quad.predicate == NS("printedNumber"):
            numbers.setdefault(subject, set()).add(term_text(quad.object))
    prefix = iris.thing("commitment", "x").value[:-1]
    for subject in sorted(commitments):
        key = subject.removeprefix(prefix)
        entry = ledger.get(key)
        where = tuple(cell.where for cell in trace.find(subject, None, None))
        if entry is None:
            yield Finding(
                Severity.WARNING,
                focus=subject,
                message="the key is not frozen in identity.csv",
                where=where,
                hint=f"add a line for {key} to data/identity.csv once it is published",
            )
            continue
        renamed = entry.title not in titles.get(subject, {entry.title})
        renumbered = entry.printed_number not in numbers.get(subject, {entry.printed_number})
        if renamed and renumbered:
            yield Finding(
                Severity.VIOLATION,
                focus=subject,
                message=f"number and title of {key!r} both changed: the id means something else now",
                where=(*where, Where("identity.csv", entry.row)),
                value=entry.title,
                hint=f"give the new commitment a key of its own ({key}-2) in identity.csv",
            )
