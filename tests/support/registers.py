"""A mapped table of commitments, as data/README.md has it, opened and mapped in a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import term_text
from ogpld.report import Finding
from ogpld.sources.ledger import Ledger
from ogpld.sources.mapper import open_source
from ogpld.sources.reconciliation import Reconciliation
from ogpld.sources.source_description import read_source
from support.small_data import SOURCE

TABLE = """
[[table]]
file = "register.csv"
unit = "register"

[table.things.commitment]
class = "Commitment"
key = "{No}"
unique = true
frozen = true
"""
MAPPING = "table,column,thing,term,how,note\n"


@dataclass
class Register:
    """What a table says.

    Attributes:
        values: the values of each commitment by key, and by the last part of the property.
        findings: what was found.
    """

    values: dict[str, dict[str, set[str]]]
    findings: list[Finding]

    def messages(self) -> list[str]:
        """Return each finding in one line: severity, place, message."""
        return [
            f"{f.severity.name} {'; '.join(map(str, f.where))}: {f.message}" for f in self.findings
        ]


def write_register(
    folder: Path, table: str | bytes, lines: str, toml: str = TABLE, fixes: str = ""
) -> Path:
    """Write a source of one table, each of its lines without the name of the table; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.toml").write_text(SOURCE + toml, encoding="utf-8")
    content = table if isinstance(table, bytes) else table.encode()
    (folder / "register.csv").write_bytes(content)
    mapping = "".join(f"register.csv,{line}\n" for line in lines.split())
    (folder / "mapping.csv").write_text(MAPPING + mapping, encoding="utf-8")
    if fixes:
        header = "table,row,column,from,to,reason\n"
        (folder / "fixes.csv").write_text(header + fixes, encoding="utf-8")
    return folder


def read_register(
    folder: Path,
    model: Model,
    ledger: Ledger | None = None,
    reconciliation: Reconciliation | None = None,
) -> Register:
    """Open and map such a source."""
    opened = open_source(
        read_source(folder),
        model,
        Iris("http://x.example/"),
        reconciliation or Reconciliation({}),
        ledger,
    )
    output = opened.map().output
    values: dict[str, dict[str, set[str]]] = {}
    for quad in output.quads:
        key = term_text(quad.subject).rpartition("/")[2]
        name = quad.predicate.value.replace("#", "/").rpartition("/")[2]
        values.setdefault(key, {}).setdefault(name, set()).add(term_text(quad.object))
    return Register(values, opened.problems + output.problems)
