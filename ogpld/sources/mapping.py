"""Read `mapping.csv`: what each column of each table means (contract.md section 6).

Columns: table, column, thing, term, how, note. `how` is a closed set:

    text:LANG        human-readable text in that language (und where nobody says)
    value            a literal of the datatype the shape asks for; dates keep their precision
    value-unless:COLUMN  a value, stated only where COLUMN is empty
    raw:COLUMN       the printed date, kept where COLUMN's typed date says less or something else
    code             a code of the list the shape names, by label or notation
    iri[:TEMPLATE]   a link; the template is filled from the row
    names            bodies named in the text, by the reconciliation table
    author           as names, else a person named as author
    assess:PHASE     one assessment of the indicator(s) `term`, or indicator/dimension
    no-values        `column=ND;…`: why cells of indicator columns are empty
    total[:PHASE]    a number the report prints; term is the code of list `total`
    key              used by keys, conditions and joins only
    ignore           not published; the note says why

`split=;` after it splits the cell. Every column is mapped or ignored with a reason: an unknown or a
missing column stops the build. Datatypes, languages and lists come from the shapes.
"""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.errors import ModelError, SourceError, Where
from ogpld.model import Model
from ogpld.sources import Table
from ogpld.sources.description import Source
from ogpld.sources.template import check_template

HOWS = frozenset(
    [
        "text",
        "value",
        "value-unless",
        "raw",
        "code",
        "iri",
        "names",
        "author",
        "assess",
        "no-values",
        "total",
        "key",
        "ignore",
    ]
)
_NO_TERM = {"no-values", "key", "ignore"}
_COLUMNS = {"table", "column", "thing", "term", "how", "note"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of mapping.csv, checked.

    Attributes:
        column: the column it explains.
        thing: name of the thing of the row it speaks of, "" for key and ignore.
        term: property key, or indicator or total code.
        how: one of the closed set.
        argument: what follows the colon in `how`.
        split: separator of several values, "" for one.
    """

    column: str
    thing: str
    term: str
    how: str
    argument: str = ""
    split: str = ""


def read_mapping(
    source: Source, mapping: Table, tables: dict[str, Table], model: Model
) -> dict[str, tuple[Line, ...]]:
    """Return the lines of each table, checked against header and model.

    Raises:
        SourceError: naming the row of mapping.csv, or the unmapped column of the table.
    """
    file = f"{source.name}/mapping.csv"
    missing = _COLUMNS - set(mapping.header)
    if missing:
        raise SourceError(
            f"columns are missing: {', '.join(sorted(missing))}", where=Where(file, 1)
        )
    lines: dict[str, list[Line]] = {described.file: [] for described in source.tables}
    things = {described.file: described.things for described in source.tables}
    for row in mapping.rows:
        where = Where(file, row.number)
        cells = row.cells
        if cells["table"] not in lines:
            raise SourceError(f"source.toml has no table {cells['table']!r}", where=where)
        line = _line(cells, where)
        if line.thing and line.thing not in things[cells["table"]]:
            raise SourceError(f"source.toml names no thing {line.thing!r}", where=where)
        _check_term(line, cells["table"], source, model, where)
        if line.how == "iri" and line.argument:
            check_template(line.argument, set(tables[cells["table"]].header) | {"value"})
        lines[cells["table"]].append(line)
    for name, table in tables.items():
        _check_coverage(name, table, lines[name], file)
    return {name: tuple(found) for name, found in lines.items()}


def _line(cells: dict[str, str], where: Where) -> Line:
    words = cells["how"].split()
    how, _, argument = (words[0] if words else "").partition(":")
    if how not in HOWS:
        raise SourceError(
            f"unknown how {cells['how']!r}", where=where, hint=f"one of {', '.join(sorted(HOWS))}"
        )
    split = ""
    for word in words[1:]:
        if not word.startswith("split="):
            raise SourceError(f"unknown word {word!r} in how", where=where)
        split = word.removeprefix("split=")
    if how == "ignore" and not cells["note"]:
        raise SourceError("an ignored column needs its reason in note", where=where)
    if how == "text" and not argument:
        raise SourceError("text needs a language, und if nobody says", where=where)
    if how not in _NO_TERM and not (cells["term"] and cells["thing"]):
        raise SourceError(f"{how!r} needs a thing and a term", where=where)
    return Line(cells["column"], cells["thing"], cells["term"], how, argument, split)


def _check_term(line: Line, table: str, source: Source, model: Model, where: Where) -> None:
    """Refuse a line whose property, indicator or total the model does not know."""
    if line.how in _NO_TERM:
        return
    try:
        if line.how == "assess":
            for name in line.term.split("|"):
                indicator = name.strip().partition("/")[0]
                if indicator not in model.scales:
                    raise ModelError(f"no indicator {indicator!r}")
        elif line.how == "total":
            if model.schemes["total"].find(line.term) is None:
                raise ModelError(f"no total {line.term!r}")
        else:
            described = next(t for t in source.tables if t.file == table)
            model.property(described.things[line.thing].class_name, line.term)
    except ModelError as error:
        raise SourceError(error.message, where=where, hint=error.hint) from error


def _check_coverage(name: str, table: Table, lines: list[Line], mapping: str) -> None:
    """Refuse a table with a column nobody explains, or a mapping of a column that is gone."""
    mapped = {line.column for line in lines}
    for column in table.header:
        if column not in mapped:
            raise SourceError(
                f"the column {column!r} is not mapped",
                where=Where(name, 1, column),
                hint=f"add it to {mapping}, with how=ignore and a reason if it is not published",
            )
    for column in sorted(mapped - set(table.header)):
        raise SourceError(
            f"the column {column!r} is missing from the table",
            where=Where(name, 1, column),
            hint=f"was it renamed? {mapping} still explains it",
        )
