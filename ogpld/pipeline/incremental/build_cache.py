"""What a build remembers for the next one: its quads on disk, and notes about units and findings.

`{home}/build/{release}/` belongs to one release and can be thrown away at any time: a build that finds
none for the current release reads everything. It is changed as a copy beside, which takes its name when
the new release is current, so that a build that is refused or killed leaves it as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ogpld.errors import ReleaseError
from ogpld.pipeline.full_build import Checked
from ogpld.pipeline.incremental.unit_statements import dropped_note, notes_of
from ogpld.rdf import Quad
from ogpld.report import Finding
from ogpld.sources.units import UnitOutcome
from ogpld.stores.disk import DiskStore, copy_store, seal

#: Written into the notes; another number is another layout, and the cache is made anew.
_LAYOUT = "4"
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE unit (source TEXT, name TEXT, digest TEXT NOT NULL, rows TEXT NOT NULL,
    outside TEXT NOT NULL, PRIMARY KEY (source, name)) WITHOUT ROWID;
CREATE TABLE findings (kind TEXT, name TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, name))
    WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class UnitNote:
    """What is noted of a unit.

    Attributes:
        digest: of its rows.
        rows: their numbers by file.
        outside: file, column and number of cells outside of an indicator's window.
    """

    digest: str
    rows: dict[str, list[int]]
    outside: list[tuple[str, str, int]]

    @classmethod
    def of(cls, digest: str, rows: Iterable[tuple[str, int]], outcome: UnitOutcome) -> UnitNote:
        """Note what mapping a unit gave."""
        numbers: dict[str, list[int]] = {}
        for file, row in rows:
            numbers.setdefault(file, []).append(row)
        return cls(
            digest,
            numbers,
            [(file, column, count) for (file, column), count in outcome.outside.items()],
        )


class BuildCache:
    """The quads and notes of one build.

    Attributes:
        folder: where they are.
        quads: what was published, but for ontology and shapes, and the statements of units before conflicts
            were resolved.
    """

    def __init__(self, folder: Path, quads: DiskStore, notes: sqlite3.Connection) -> None:
        self.folder, self.quads, self._notes = folder, quads, notes

    @classmethod
    def start(cls, home: Path, united: Callable[[str], bool]) -> BuildCache:
        """Begin an empty one beside."""
        folder = _beside(home)
        notes = sqlite3.connect(folder / "notes.sqlite", isolation_level=None)
        notes.executescript(_TABLES)
        notes.execute("BEGIN")
        return cls(folder, DiskStore(folder / "quads", united), notes)

    @classmethod
    def branch(
        cls, home: Path, release: str, same: Mapping[str, str], united: Callable[[str], bool]
    ) -> BuildCache | None:
        """Return a copy of what is remembered of a release, None when that is nothing of use.

        Args:
            home: the home.
            release: id of the current release.
            same: digests, by name, of what has to be the same.
            united: which graphs are in the union.
        """
        cached = home / "build" / release
        if not os.path.isfile(cached / "notes.sqlite"):  # noqa: PTH113  (another user's is none)
            return None
        folder = _beside(home)
        notes = None
        try:
            shutil.copyfile(cached / "notes.sqlite", folder / "notes.sqlite")
            notes = sqlite3.connect(folder / "notes.sqlite", isolation_level=None)
            meta = dict(notes.execute("SELECT name, value FROM meta"))
            if meta != {"layout": _LAYOUT, "release": release, **same}:
                notes.close()
                shutil.rmtree(folder, ignore_errors=True)
                return None
            if json.loads((cached / "seal.json").read_text()) != _sealed(cached):
                raise ReleaseError("what is remembered was changed")
            copy_store(cached / "quads", folder / "quads")
            quads = DiskStore(folder / "quads", united)
        except (ReleaseError, sqlite3.Error, OSError, RuntimeError, ValueError):
            if notes is not None:
                notes.close()
            shutil.rmtree(folder, ignore_errors=True)
            return None
        notes.execute("BEGIN")
        return cls(folder, quads, notes)

    @staticmethod
    def noted(home: Path, release: str) -> dict[str, str]:
        """Return the digests that were noted of a release's build; nothing where none can be read."""
        path = home / "build" / release / "notes.sqlite"
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as notes:
                return dict(notes.execute("SELECT name, value FROM meta"))
        except sqlite3.Error:
            return {}

    def keep(self, home: Path, release: str, same: Mapping[str, str]) -> None:
        """Make this what is remembered of a release, and forget all others."""
        meta = {"layout": _LAYOUT, "release": release, **same}
        self._notes.executemany("REPLACE INTO meta VALUES (?, ?)", meta.items())
        self._notes.execute("COMMIT")
        self._notes.close()
        self.quads.close()
        (self.folder / "seal.json").write_text(json.dumps(_sealed(self.folder)))
        target = home / "build" / release
        shutil.rmtree(target, ignore_errors=True)
        try:
            self.folder.rename(target)
        except OSError:  # one of another user is in its place: the next build reads everything anew
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        for other in target.parent.iterdir():
            if other != target:
                shutil.rmtree(other, ignore_errors=True)

    def discard(self) -> None:
        """Forget it, unless it was kept."""
        if not self.folder.exists():
            return
        self._notes.close()
        self.quads.drop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def digests(self, source: str) -> dict[str, str]:
        """Return the digests of a source's units, by name."""
        rows = self._notes.execute("SELECT name, digest FROM unit WHERE source = ?", (source,))
        return dict(rows.fetchall())

    def unit(self, source: str, name: str) -> UnitNote | None:
        """Return what is noted of a unit."""
        query = "SELECT digest, rows, outside FROM unit WHERE source = ? AND name = ?"
        record = self._notes.execute(query, (source, name)).fetchone()
        if record is None:
            return None
        digest, *rest = record
        rows, outside = map(json.loads, rest)
        return UnitNote(digest, rows, [tuple(o) for o in outside])

    def note_unit(self, source: str, name: str, note: UnitNote | None) -> None:
        """Note something of a unit, or with None that there is no such unit any more."""
        if note is None:
            self._notes.execute("DELETE FROM unit WHERE source = ? AND name = ?", (source, name))
            return
        texts = (json.dumps(part) for part in (note.rows, note.outside))
        row = (source, name, note.digest, *texts)
        self._notes.execute("REPLACE INTO unit VALUES (?, ?, ?, ?, ?)", row)

    def outside(self, source: str) -> Counter[tuple[str, str]]:
        """Count, by file and column, cells outside of an indicator's window."""
        query = "SELECT outside FROM unit WHERE source = ? AND outside <> '[]'"
        counts: Counter[tuple[str, str]] = Counter()
        for (text,) in self._notes.execute(query, (source,)).fetchall():
            for file, column, count in json.loads(text):
                counts[file, column] += count
        return counts

    def findings(self, kind: str, name: str) -> list[Finding]:
        """Return what was found about a unit, a source or a thing."""
        query = "SELECT body FROM findings WHERE kind = ? AND name = ?"
        record = self._notes.execute(query, (kind, name)).fetchone()
        return [Finding.from_dict(entry) for entry in json.loads(record[0])] if record else []

    def note_findings(self, kind: str, name: str, findings: Iterable[Finding]) -> None:
        """Note what was found about a unit, a source or a thing."""
        body: list[dict[str, Any]] = [finding.as_dict() for finding in findings]
        if body:
            row = (kind, name, json.dumps(body))
            self._notes.execute("REPLACE INTO findings VALUES (?, ?, ?)", row)
        else:
            query = "DELETE FROM findings WHERE kind = ? AND name = ?"
            self._notes.execute(query, (kind, name))


def remember(checked: Checked, cache: BuildCache) -> None:
    """Write into an empty cache what the next build needs to know of this one."""
    for source in checked.opened.sources:
        name = source.source.name
        for unit, outcome in checked.mapped[name].outcomes.items():
            opened = source.units[unit]
            rows = ((mapper.described.file, row.number) for mapper, row in opened.rows)
            cache.note_unit(name, unit, UnitNote.of(opened.digest, rows, outcome))
    for (kind, name), findings in checked.problems.items():
        cache.note_findings(kind, name, findings)
    vocabulary = {checked.opened.iris.graph(name) for name in ("ontology", "shapes")}
    cache.quads.fill(
        (
            *(q for q in checked.quads if q.graph_name not in vocabulary),
            *_notes(checked),
            *map(dropped_note, checked.dropped),
        )
    )


def _notes(checked: Checked) -> Iterator[Quad]:
    """Yield the notes of what several units say of one thing."""
    statements: dict[object, list[tuple[str, Quad]]] = {}
    for source in checked.opened.sources:
        for name, outcome in checked.mapped[source.source.name].outcomes.items():
            unit = source.units[name].graph.value
            for quad in outcome.quads:
                statements.setdefault(quad.subject, []).append((unit, quad))
    for pairs in statements.values():
        yield from notes_of(pairs)


def _sealed(folder: Path) -> dict[str, list[Any]]:
    """Return what must be the same of a folder's files when it is opened again."""
    notes = hashlib.sha256((folder / "notes.sqlite").read_bytes()).hexdigest()
    files = seal(folder / "quads").items()
    return {"notes": [notes], **{name: list(sums) for name, sums in files}}


def sweep_caches(home: Path) -> None:
    """Remove what builds that died left behind; the caller holds the publisher's lock."""
    for path in (home / "build").glob(".tmp-*"):
        shutil.rmtree(path, ignore_errors=True)


def _beside(home: Path) -> Path:
    folder = home / "build"
    folder.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=".tmp-", dir=folder))
