"""Tables that lie in the folder of a source and that its source.toml does not name, which nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ogpld.errors import Where
from ogpld.iris import Iris
from ogpld.report import Finding, Severity
from ogpld.sources.normal_form import composed
from ogpld.sources.source_description import Source

#: Tables that stand beside those of a source, and are read without being named.
_COMPANIONS = frozenset({"mapping.csv", "fixes.csv"})
#: Suffixes of tables, also of those that are not read.
_TABLES = frozenset(
    {".csv", ".tsv", ".xlsx", ".xls", ".xlsb", ".xlsm", ".ods", ".numbers", ".parquet"}
)


def stray_tables(source: Source, read: Iterable[Path], iris: Iris) -> Iterator[Finding]:
    """Yield a Warning for each table of the folder that nobody named; hidden and lock files are none.

    Args:
        source: the source, with its folder.
        read: the files that were read, which may stand for tables of it.
        iris: the IRI policy.
    """
    named = {described.file for described in source.tables} | _COMPANIONS
    given = {path.resolve() for path in read}
    for path in sorted(source.folder.iterdir()):
        name = composed(path.name)
        if name in named or name.startswith((".", "~")) or path.suffix.lower() not in _TABLES:
            continue
        if path.is_file() and path.resolve() not in given:
            yield Finding(
                Severity.WARNING,
                focus=iris.source(source.name, "source.toml").value,
                message="the table is in no [[table]] of source.toml, and nothing of it was read",
                where=(Where(f"{source.name}/{name}"),),
                hint=f"describe it in {source.name}/source.toml, or take it out of the folder",
            )
