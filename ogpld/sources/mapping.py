"""Read `mapping.csv`: what each column of each table means (docs/contract.md#source).

Columns: table, column, thing, term, how, note. `how` is a closed set:

    text:LANG        human-readable text in that language (und where nobody says); {column}: in the
                     language that a column, also a joined one, says
    value            a literal of the datatype the shape asks for; dates keep their precision
    value-unless:COLUMN  a value, stated only where COLUMN is empty
    raw:COLUMN       the printed date, kept where COLUMN's typed date says less or something else
    date[:ORDER]     a printed date in any of the forms of dates.py, as exact as it is certain; ORDER is
                     `day-first` or `month-first` where the publisher says which stands first between
                     slashes, `either` where the table writes both, and else what its dates prove
    date-text[:ORDER]  the printed text of such a date, kept where the date does not say all of it
    code             a code of the list the shape names, by label or notation; of the scale of the
                     row's indicator where it names none
    thing            things by key, segment/key or address
    flag:CODE        1 means the code, 0 does not (or any text in `empty` of source.toml); or a list,
                     where the property leads to lists
    iri[:TEMPLATE]   a link; the template is filled from the row
    names            bodies named in the text, by the reconciliation table
    author           as names, else a person named as author
    assess:PHASE     one assessment of the indicator(s) `term`, or indicator/dimension
    detail:COLUMN    a property of the assessment that COLUMN holds
    twin:COLUMN      the number of the code in COLUMN: compared, not published; the text wins
    compare:COLUMN   a text that COLUMN says too: a difference is reported, COLUMN is published
    no-values        `column=ND;…`: why cells of indicator columns are empty
    total[:PHASE]    a number the report prints; term is the code of list `total`
    key              used by keys, conditions and joins only
    ignore           not published; the note says why
    withhold         as ignore, and left out of the published copy of the table too

Words after it: `split=;` splits the cell; `withhold` keeps back a cell with contact data of persons;
`differs=COLUMN` states it only where COLUMN says something else; `clean=float` repairs what a
spreadsheet made of a printed number (2.2999999999999998), `clean=breaks` takes `<br/>` for a blank;
`if=NR` lets a flag stand where the cell says NR, and nowhere else; `empty=0` names a text that says
nothing to this line, beside those in `empty` of source.toml (silent_texts). Texts with blanks stand in
quotes.
Every column is mapped or ignored with a reason: an unknown or a
missing column stops the build. Datatypes, languages and lists come from the shapes.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from ogpld.errors import ModelError, SourceError, Where
from ogpld.language_codes import language_problem
from ogpld.model import Model, PropertyDef
from ogpld.model.tables import Separator
from ogpld.near_names import closest
from ogpld.rdf import SKOS
from ogpld.sources import read_table
from ogpld.sources.dates import DAY_FIRST, MONTH_FIRST
from ogpld.sources.key_template import FIELD, check_template
from ogpld.sources.source_description import Source, TableDescription

HOWS = frozenset(
    [
        "text",
        "value",
        "value-unless",
        "raw",
        "date",
        "date-text",
        "code",
        "thing",
        "flag",
        "iri",
        "names",
        "author",
        "assess",
        "detail",
        "twin",
        "compare",
        "no-values",
        "total",
        "key",
        "ignore",
        "withhold",
    ]
)
_NO_TERM = {"no-values", "key", "ignore", "withhold", "twin", "compare"}
#: Ways whose argument is a column of the same table.
_OF_COLUMN = {"value-unless", "raw", "detail", "twin", "compare"}
#: The argument of a date whose table writes day and month in either order.
EITHER = "either"
_ORDERS = ("", DAY_FIRST, MONTH_FIRST, EITHER)
_ARGUED = {"text", "flag", *_OF_COLUMN}
#: Ways that read every text there is, reasons for no value as well.
_READ_ALL = {"assess", "twin"}
#: What says nothing to a flag; `empty` of source.toml adds to it.
_NO_FLAG = "0"
_VALUE_HINT = "write text:LANG for texts, value for dates and numbers, code, thing or iri for links"
#: Options after the word of `how`, with `=`; `withhold` has none.
OPTIONS = ("split", "differs", "clean", "empty", "if")
COLUMNS = {"table", "column", "thing", "term", "how", "note"}


@dataclass(frozen=True, slots=True)
class MappingLine:
    """One line of mapping.csv, checked.

    Attributes:
        column: the column it explains.
        thing: name of the thing of the row it speaks of, "" for key and ignore.
        term: property key, or indicator or total code.
        how: one of the closed set.
        argument: what follows the colon in `how`.
        separator: what stands between several values, None where a cell has one.
        differs: column that must not say the same, "".
        clean: name of a repair (CLEAN), "".
        empty: a text that says nothing here.
        withhold: whether a cell with contact data is kept back.
        only: the one text at which a flag stands.
    """

    column: str
    thing: str
    term: str
    how: str
    argument: str = ""
    separator: Separator | None = None
    differs: str = ""
    clean: str = ""
    empty: str = ""
    withhold: bool = False
    only: str = "1"

    def values(self, text: str) -> list[str]:
        """Return the values of a cell, each once; a cell that is not split is one, as it is."""
        return list(dict.fromkeys(self.separator.split(text))) if self.separator else [text]


def silent_texts(line: MappingLine, described: TableDescription) -> frozenset[str]:
    """Return the texts that say nothing where a line reads them; indicators and twins read all but "".

    Args:
        line: the line.
        described: the table of the line.
    """
    if line.how in _READ_ALL:
        return frozenset({""})
    silent = frozenset({"", line.empty, *described.empty})
    return (silent | {_NO_FLAG}) - {line.only} if line.how == "flag" else silent


def silent_by_column(
    lines: Iterable[MappingLine], described: TableDescription
) -> dict[str, frozenset[str]]:
    """Return the texts of each column that say nothing: in the whole table, or to all lines of it."""
    silent: dict[str, frozenset[str]] = {}
    for line in lines:
        texts = silent_texts(line, described)
        silent[line.column] = silent.get(line.column, texts) & texts
    always = frozenset({"", *described.empty})
    return {column: always | texts for column, texts in silent.items()}


def _unfloat(text: str) -> str:
    """Return the number a spreadsheet's binary fraction stands for: 2.2999999999999998 is 2.3."""
    return f"{float(text):.6g}" if re.fullmatch(r"[0-9]+\.[0-9]{10,}", text) else text


def _unbroken(text: str) -> str:
    """Return a text with line breaks of a web page as blanks, each run of blanks as one."""
    return " ".join(re.sub(r"<br ?/?>", " ", text).split())


#: Repairs of cells, by the word after `clean=`.
CLEAN = {"float": _unfloat, "breaks": _unbroken}


def read_mapping(source: Source, model: Model) -> dict[str, tuple[MappingLine, ...]]:
    """Return the lines of each table, checked against the model; tables after templates need none.

    Raises:
        SourceError: naming the row of mapping.csv.
    """
    if all(described.layout == "template" for described in source.tables):
        return {}
    file = f"{source.name}/mapping.csv"
    mapping = read_table(source.folder / "mapping.csv").sound()
    missing = COLUMNS - set(mapping.header)
    if missing:
        raise SourceError(
            f"columns are missing: {', '.join(sorted(missing))}", where=Where(file, 1)
        )
    lines: dict[str, list[MappingLine]] = {described.file: [] for described in source.tables}
    things = {described.file: described.things for described in source.tables}
    for row in mapping.rows:
        where = Where(file, row.number)
        cells = row.cells
        if cells["table"] not in lines:
            raise SourceError(f"source.toml has no table {cells['table']!r}", where=where)
        line = _line(cells, where)
        if line.thing and line.thing not in things[cells["table"]]:
            raise SourceError(f"source.toml names no thing {line.thing!r}", where=where)
        _check_argument(line, where)
        _check_term(line, cells["table"], source, model, where)
        lines[cells["table"]].append(line)
    return {name: tuple(table_lines) for name, table_lines in lines.items()}


def check_header(
    name: str,
    header: tuple[str, ...],
    lines: tuple[MappingLine, ...],
    described: TableDescription,
    source: str,
) -> None:
    """Refuse a table that has other columns than the mapping explains.

    Args:
        name: of the file.
        header: its columns.
        lines: what the mapping says of the table.
        described: what source.toml says of it.
        source: name of the source.

    Raises:
        SourceError: naming the columns that are missing, or that nobody explains.
    """
    joined = {column for join in described.joins for column in join.take}
    for line in lines:
        if line.how == "iri" and line.argument:
            check_template(line.argument, {*header, "value"})
        elif line.how == "text":
            check_template(line.argument, {*header, *joined})
    _check_coverage(name, header, lines, f"{source}/mapping.csv", joined)


def _line(cells: dict[str, str], where: Where) -> MappingLine:
    try:
        words = shlex.split(cells["how"])
    except ValueError as error:
        raise SourceError(f"how cannot be read: {error}", where=where) from error
    how, _, argument = (words[0] if words else "").partition(":")
    if how not in HOWS:
        raise SourceError(
            f"unknown how {cells['how']!r}", where=where, hint=f"one of {', '.join(sorted(HOWS))}"
        )
    options = dict.fromkeys(OPTIONS, "")
    withhold = "withhold" in words[1:]
    for word in words[1:]:
        name, is_option, value = word.partition("=")
        if word != "withhold" and (not is_option or name not in options):
            raise SourceError(f"unknown word {word!r} in how", where=where)
        if is_option:
            options[name] = value
    if options["clean"] and options["clean"] not in CLEAN:
        raise SourceError(
            f"unknown repair {options['clean']!r}", where=where, hint=f"one of {', '.join(CLEAN)}"
        )
    if how in {"ignore", "withhold"} and not cells["note"]:
        raise SourceError(f"{how!r} needs its reason in note", where=where)
    if how in _ARGUED and not argument:
        raise SourceError(
            f"{how!r} needs something after a colon",
            where=where,
            hint="text:en (und if nobody says), flag:CODE, or the name of a column",
        )
    if how not in _NO_TERM and not (cells["term"] and cells["thing"]):
        raise SourceError(f"{how!r} needs a thing and a term", where=where)
    split, only = options.pop("split"), options.pop("if") or "1"
    return MappingLine(
        cells["column"],
        cells["thing"],
        cells["term"],
        how,
        argument,
        separator=Separator.exact(split) if split else None,
        withhold=withhold,
        only=only,
        **options,
    )


def _check_argument(line: MappingLine, where: Where) -> None:
    """Refuse a text in a language whose tag is none, and an unknown order of dates."""
    if line.how in {"date", "date-text"} and line.argument not in _ORDERS:
        hint = f"{line.how}, or {', '.join(f'{line.how}:{order}' for order in _ORDERS if order)}"
        raise SourceError(f"{line.how!r} takes no {line.argument!r}", where=where, hint=hint)
    tag = line.argument
    if line.how == "text" and not FIELD.match(tag) and (problem := language_problem(tag)):
        raise SourceError(
            f"{line.argument!r} is no language tag: {problem}",
            where=where,
            hint="a tag as RFC 5646 has it: text:en, text:sr-Latn, text:x-easy, … (text:und if nobody "
            "says)",
        )


def _check_term(line: MappingLine, table: str, source: Source, model: Model, where: Where) -> None:
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
        elif line.how == "detail":
            model.property("Assessment", line.term)
        else:
            described = next(t for t in source.tables if t.file == table)
            definition = model.property(described.things[line.thing].class_name, line.term)
            _check_kind(line, definition, model)
    except ModelError as error:
        raise SourceError(error.message, where=where, hint=error.hint) from error


def _check_kind(line: MappingLine, definition: PropertyDef, model: Model) -> None:
    """Refuse codes and things of a property that has none; a `ModelError` says so."""
    scheme = model.schemes.get(definition.scheme)
    lists = definition.thing == SKOS("ConceptScheme").value
    of_list = lists and line.argument in model.schemes
    if (
        line.how == "flag"
        and not of_list
        and (scheme is None or scheme.find(line.argument) is None)
    ):
        raise ModelError(f"{definition.scheme!r} has no code {line.argument!r}")
    if line.how == "code" and not definition.codes:
        raise ModelError(f"{line.term!r} takes no codes", hint=_VALUE_HINT)
    if line.how == "thing" and (definition.codes or not definition.links):
        raise ModelError(f"{line.term!r} leads to no things", hint=_VALUE_HINT)


def _check_coverage(
    name: str,
    header: tuple[str, ...],
    lines: tuple[MappingLine, ...],
    mapping: str,
    joined: set[str],
) -> None:
    """Refuse a table with a column nobody explains, or a mapping of a column that is gone."""
    mapped = {line.column for line in lines}
    strange = [column for column in header if column not in mapped]
    gone = [
        column for column in dict.fromkeys(line.column for line in lines) if column not in header
    ]
    for line in lines:
        if line.how in _OF_COLUMN and line.argument not in mapped | joined:
            gone.append(line.argument)
        if line.differs and line.differs not in mapped:
            gone.append(line.differs)
    if len(gone) > len(mapped) // 2:
        raise SourceError(
            f"this is another table: {len(gone)} of its {len(mapped)} columns are missing",
            where=Where(name, 1),
            hint=f"it begins with {', '.join(map(repr, header[:3]))}; "
            f"{mapping} explains {', '.join(map(repr, gone[:3]))} …",
        )
    if gone:
        near = closest(gone[0], strange)
        raise SourceError(
            f"{_columns(gone)} missing from the table",
            where=Where(name, 1, gone[0]),
            hint=(f"is it called {near!r} now? Then rename it in " if near else "correct ")
            + f"{mapping}, which still explains it",
        )
    if strange:
        raise SourceError(
            f"{_columns(strange)} not mapped",
            where=Where(name, 1, strange[0]),
            hint=f"add it to {mapping}, with how=ignore and a reason if it is not published",
        )


def _columns(names: list[str]) -> str:
    """Name one column, or several in one sentence."""
    if len(names) == 1:
        return f"the column {names[0]!r} is"
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""  # noqa: PLR2004
    return f"the columns {', '.join(map(repr, names[:8]))}{more} are"
