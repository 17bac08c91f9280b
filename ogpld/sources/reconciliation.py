"""Bodies named in printed texts, as the reconciliation tables say (text, part, institution, evidence).

Cells are never split automatically: a text that no line explains names nobody. Many
members have a "Ministry of Justice", so a line may say in `member` (the key of a member) whose cells
it explains; a line without one explains the text wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ogpld.errors import SourceError, Where
from ogpld.iris import is_key
from ogpld.sources import read_companion
from ogpld.sources.key_template import key_hint

COLUMNS = {"text", "part", "institution", "evidence"}


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Keys of institutions by member ("" for any) and printed text, in the order of the parts."""

    bodies: dict[tuple[str, str], tuple[str, ...]]

    def find(self, text: str, member: str = "") -> tuple[str, ...]:
        """Return the keys of the bodies a text of a member names; none for an unknown text."""
        return self.bodies.get((member, text)) or self.bodies.get(("", text), ())


def read_reconciliation(folder: Path) -> Reconciliation:
    """Read every table of the folder; a missing folder means nothing is reconciled.

    Raises:
        SourceError: for a part that is not in its text, a key that is none, or no evidence.
    """
    bodies: dict[tuple[str, str], list[str]] = {}
    for path in sorted(folder.glob("*.csv")):
        table = read_companion(path, COLUMNS)
        for row in table.rows:
            cells = row.cells
            where = Where(path.name, row.number)
            if cells["part"] not in cells["text"]:
                raise SourceError("the part is not in the text", where=where, hint=cells["part"])
            if not is_key(cells["institution"]):
                key = cells["institution"]
                hint = key_hint(key, "write the key of the body: letters, digits and dashes")
                raise SourceError(f"{key!r} is no key", where=where, hint=hint)
            if not cells["evidence"]:
                raise SourceError("the line gives no evidence", where=where)
            keys = bodies.setdefault((cells.get("member", ""), cells["text"]), [])
            if cells["institution"] not in keys:
                keys.append(cells["institution"])
    return Reconciliation({place: tuple(keys) for place, keys in bodies.items()})
