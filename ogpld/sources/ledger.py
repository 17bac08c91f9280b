"""The ledger `identity.csv`: keys of commitments are frozen, ids of OGP may be re-assigned.

One row a key: key, official id, member, plan, printed number, title, first seen, last seen, replaced by.
An id stands in several rows when OGP gave it to something else: the old key keeps its meaning and the
new commitment has a key of its own (`EE0057-2`). Which of them a source's row means is told by its
title or its printed number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.iris import is_key
from ogpld.sources import read_companion
from ogpld.sources.key_template import key_hint

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
#: Columns that hold keys, with what to write.
_KEYS = {
    "key": "use letters, digits and dashes",
    "member": "write the key of the member: letters, digits and dashes",
    "plan": "write the key of the plan: letters, digits and dashes",
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

        Raises:
            SourceError: for an id with several keys, none of which is told by title or number, nor is the
                only one that nothing has replaced.
        """
        entries = self.by_id.get(official_id, ())
        if len(entries) < 2:  # noqa: PLR2004
            return entries[0].key if entries else official_id
        by_title = [entry for entry in entries if entry.title and entry.title in titles]
        by_number = [e for e in by_title or entries if number and e.printed_number == number]
        meant: Sequence[LedgerEntry] = by_number or by_title or entries
        if len(meant) > 1:
            meant = [entry for entry in meant if not entry.replaced_by]
        if len(meant) != 1:
            keys = ", ".join(entry.key for entry in entries)
            raise SourceError(
                f"the id {official_id!r} has several keys in identity.csv ({keys}), and neither title nor "
                "number says which of them the row means",
                hint="give the one it means the row's title in identity.csv, or name the newer key as "
                "replaced_by of the older",
            )
        return meant[0].key

    def reassigned(self) -> list[LedgerEntry]:
        """Return the keys whose id means, or meant, something else too."""
        return [entry for entries in self.by_id.values() if len(entries) > 1 for entry in entries]


def _elsewhere(path: Path) -> tuple[Path, ...]:
    """Return the places where the ledger is laid by mistake: no folders with sources of their own."""
    folders = (path.parent / name for name in ("data", "sources"))
    return tuple(folder / path.name for folder in folders if not (folder / "sources").is_dir())


def read_ledger(path: Path) -> Ledger:
    """Read the ledger; a missing file is an empty one.

    Raises:
        SourceError: for a file that lies where none is read, missing columns, a key that stands twice, a
            key, member or plan that is no key, or a replacement that is no key of the ledger or has another
            official id.
    """
    if not path.exists():
        if stray := next((p for p in _elsewhere(path) if p.is_file()), None):
            raise SourceError(
                "it is not read here",
                where=Where(f"{stray.parent.name}/{stray.name}"),
                hint=f"{path.name} lies beside the folder sources: move it there",
            )
        return Ledger()
    table = read_companion(path, COLUMNS)
    entries: dict[str, LedgerEntry] = {}
    for row in table.rows:
        cells, where = row.cells, Where(path.name, row.number, "key")
        if cells["key"] in entries:
            raise SourceError(f"the key {cells['key']!r} stands twice", where=where)
        for column, hint in _KEYS.items():
            if not is_key(cells[column]):
                problem = f"{cells[column]!r} is no key" if cells[column] else "the cell is empty"
                raise SourceError(
                    problem,
                    where=Where(path.name, row.number, column),
                    hint=key_hint(cells[column], hint),
                )
        entries[cells["key"]] = LedgerEntry(
            row=row.number,
            **{name: cells[name] for name in COLUMNS - {"last_seen"}},
        )
    _check_replacements(entries, path.name)
    by_id: dict[str, tuple[LedgerEntry, ...]] = {}
    for entry in (entry for entry in entries.values() if entry.official_id):
        by_id[entry.official_id] = (*by_id.get(entry.official_id, ()), entry)
    return Ledger(entries, by_id)


def _check_replacements(entries: Mapping[str, LedgerEntry], file: str) -> None:
    """Refuse a replacement that is no key of the ledger, or has another official id."""
    for entry in (entry for entry in entries.values() if entry.replaced_by):
        where = Where(file, entry.row, "replaced_by")
        newer = entries.get(entry.replaced_by)
        if newer is None:
            raise SourceError(
                f"{entry.replaced_by!r} is no key of the ledger",
                where=where,
                hint="add a row for it",
            )
        if not entry.official_id or newer.official_id != entry.official_id:
            raise SourceError(
                f"{newer.key} has the official id {newer.official_id!r}, and {entry.key} has "
                f"{entry.official_id!r}: only what OGP gave the same id replaces a key",
                where=where,
                hint="leave the cell empty; the old key is withdrawn where no table has it any more",
            )
