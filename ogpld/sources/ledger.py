"""The ledger `identity.csv`: keys of commitments are frozen, ids of OGP may be re-assigned.

One row a key: key, official id, member, plan, printed number, title, first seen, last seen, replaced by.
An id stands in several rows when OGP gave it to something else: the old key keeps its meaning and the
new commitment has a key of its own (`EE0057-2`). Which of them a source's row means is told by its
title or its printed number.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.iris import is_key
from ogpld.sources import read_companion

COLUMNS = {
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
class LedgerEntry:
    """One frozen key.

    Attributes:
        row: its row in the ledger, the header being row 1.
    """

    key: str
    row: int
    official_id: str
    member: str
    plan: str
    printed_number: str
    title: str
    first_seen: str
    replaced_by: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every frozen key, in the order of the file."""

    entries: dict[str, LedgerEntry] = field(default_factory=dict)
    by_id: dict[str, tuple[LedgerEntry, ...]] = field(default_factory=dict)

    def key_of(self, official_id: str, number: str, titles: Collection[str]) -> str:
        """Return the key a row means; an id nobody re-assigned is its own key.

        Args:
            official_id: the id in the row.
            number: its printed number, "" where the table has none.
            titles: its titles.
        """
        entries = self.by_id.get(official_id, ())
        if len(entries) < 2:  # noqa: PLR2004
            return entries[0].key if entries else official_id
        by_title = [entry for entry in entries if entry.title in titles]
        by_number = [e for e in by_title or entries if number and e.printed_number == number]
        last = [entry for entry in entries if not entry.replaced_by]
        return next(iter(by_number or by_title or last or entries)).key

    def reassigned(self) -> list[LedgerEntry]:
        """Return the keys whose id means, or meant, something else too."""
        return [entry for entries in self.by_id.values() if len(entries) > 1 for entry in entries]


def read_ledger(path: Path) -> Ledger:
    """Read the ledger; a missing file is an empty one.

    Raises:
        SourceError: for missing columns, a key that stands twice or is none, or a replacement that
            is no key of the ledger.
    """
    if not path.exists():
        return Ledger()
    table = read_companion(path, COLUMNS)
    entries: dict[str, LedgerEntry] = {}
    for row in table.rows:
        cells, where = row.cells, Where(path.name, row.number, "key")
        if cells["key"] in entries:
            raise SourceError(f"the key {cells['key']!r} stands twice", where=where)
        if not is_key(cells["key"]):
            hint = "use letters, digits and dashes"
            raise SourceError(f"{cells['key']!r} is no key", where=where, hint=hint)
        entries[cells["key"]] = LedgerEntry(
            row=row.number,
            **{name: cells[name] for name in COLUMNS - {"last_seen"}},
        )
    for entry in entries.values():
        if entry.replaced_by and entry.replaced_by not in entries:
            raise SourceError(
                f"{entry.replaced_by!r} is no key of the ledger",
                where=Where(path.name, entry.row, "replaced_by"),
                hint="add a row for it",
            )
    by_id: dict[str, tuple[LedgerEntry, ...]] = {}
    for entry in (entry for entry in entries.values() if entry.official_id):
        by_id[entry.official_id] = (*by_id.get(entry.official_id, ()), entry)
    return Ledger(entries, by_id)
