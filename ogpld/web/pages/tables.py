"""What pages show as small tables: things that point here, parts of a thing, assessments.

Pure: from texts and keys to rows. The columns of an assessment are read from its label and its key,
because a document carries no more than labels of what points at its thing
(docs/contract.md#documents); a label of another form is shown as it is, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ogpld.model import Scheme
from ogpld.wording import gettext as _
from ogpld.wording import label, marked

_ASSESSMENT = re.compile(
    r"(?P<target>[A-Za-z0-9-]+): (?P<indicator>.+) \((?P<phase>[^()]+)\): (?P<value>.+)", re.DOTALL
)
#: Code of the assessor that writes no report; keys end in it where others have the report's kind.
_NO_REPORT = {"site": marked("none (OGP's site)")}


#: Heads of columns, which the page says in its language.
_HEADS = (
    marked("Key"),
    marked("Name"),
    marked("About"),
    marked("Indicator"),
    marked("Phase"),
    marked("Value"),
    marked("Report"),
    marked("Read from"),
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value as shown; nobody makes one without saying which language it is in.

    Attributes:
        text: what is read.
        href: where it leads, "" for nowhere.
        outside: host of an address elsewhere.
        is_copy: whether that is a site of third parties, who keep copies of documents that others published.
        language: tag of the text, "" for words of the page itself, and for keys and numbers.
        mark: "computed" or "reconciled" for what no source says so.
        restated: whether it is marked as computed, and an assessment says it in the same words.
        origin: the graph that states it, where graphs state different things.
        standing: when a member left or was suspended, "" for everything else.
        is_date: whether the text is a day or month in ISO 8601, which pages write as their language does.
    """

    text: str
    href: str = ""
    outside: str = ""
    is_copy: bool = False
    language: str = field(kw_only=True)
    mark: str = ""
    restated: bool = False
    origin: Value | None = None
    standing: str = ""
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a tuple of values for each column, and the name of its anchor."""

    cells: tuple[tuple[Value, ...], ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; a table of one column without name is shown as a list."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A thing that points here: its key and its link.

    Attributes:
        report: of an assessment, where its report's page is.
        cells: where it was read from.
        about: of an assessment, what it is about, where that is known.
    """

    key: str
    link: Value
    report: str = ""
    cells: tuple[Value, ...] = ()
    about: Value | None = None


def pointer_table(pointers: Sequence[Pointer], own_key: str) -> Table:
    """Return things with their numbers where these are what people know them by, else a list.

    Args:
        pointers: in the order to show.
        own_key: key of the page's thing, dropped from the front of theirs.
    """
    named = [(p.key.removeprefix(f"{own_key}-"), p.link) for p in pointers]
    if all(re.search(r"\d", key) and key != link.text for key, link in named):
        rows = tuple(Row(((link,), (Value(key, language=""),))) for key, link in named)
        return Table(("Name", "Key"), rows)
    return Table(("",), tuple(Row(((pointer.link,),)) for pointer in pointers))


def assessment_table(
    pointers: Sequence[Pointer], own_key: str, kinds: Scheme | None, *, with_report: bool
) -> Table | None:
    """Return assessments in columns, None when a label has another form than we make.

    Args:
        pointers: the assessments, in the order to show.
        own_key: key of the page's thing; assessments of it do not repeat it.
        kinds: the code list of report kinds.
        with_report: whether the report is worth a column (not on its own page).
    """
    rows = []
    for pointer in pointers:
        match = _ASSESSMENT.fullmatch(pointer.link.text)
        if match is None:
            return None
        indicator = match["indicator"]
        row = {
            "About": (
                *([pointer.about] if pointer.about else []),
                Value(match["target"], language=""),
            ),
            "Indicator": (
                Value(label(indicator), pointer.link.href, language="", mark=pointer.link.mark),
            ),
            "Phase": (Value(label(match["phase"]), language=""),),
            "Value": (Value(label(match["value"]), language=""),),
            "Report": (Value(_report_kind(pointer.key, kinds), pointer.report, language=""),),
            "Read from": pointer.cells,
        }
        rows.append(row)
    columns = ["Indicator", "Phase", "Value"]
    if any(row["About"][-1].text != own_key for row in rows):
        columns.insert(0, "About")
    if with_report:
        columns.append("Report")
    if any(row["Read from"] for row in rows):
        columns.append("Read from")
    return Table(
        tuple(columns), tuple(Row(tuple(row[column] for column in columns)) for row in rows)
    )


def _report_kind(key: str, kinds: Scheme | None) -> str:
    """Return the label of the report kind an assessment's key ends in, "" when it is none."""
    codes = sorted(kinds.codes if kinds else (), key=lambda code: -len(code.notation))
    for code in codes:
        if key.endswith(f"-{code.notation}"):
            return label(code.label, code.iri)
    own = _NO_REPORT.get(key.rpartition("-")[2], "")
    return _(own) if own else ""
