"""Read `source.toml`: where a source comes from, which tables it has, what things a row tells of.

`data/README.md` explains every entry; `tests/sources/test_reference.py` holds it to `source_keys.py`.

title = "Estonia's commitments"
publisher = "…"   licence = "https://…"   retrieved = 2026-11-23
covers = "…"      leaves_out = "…"       language = "en"   # of these texts and the title
selection = "chosen by topic"                       # how commitments in it were selected, if not all
precedence = 30                                     # wins over sources with a lower one (conflicts.py)
given = true                                        # its table comes by --input; without it there is none
taxonomy = "policy-area-2024"                       # version of the code list its tags belong to

[[table]]
file = "estonia.csv"
unit = "{ogp_code}{action_plan_number:02}"          # names the graph: graph/<source>/<unit>
page = ["https://…"]   citation = "…"               # where all of this table was read
report_key = ["EST{number:02}-{report_kind}", "…"]  # first that can be filled: column report_key
empty = ["NA", "N/A"]                               # texts that say nothing; `assess` still reads them
years = ["{cycle}", "{end_year}"]                   # years of the plan, to judge printed dates by
layout = "template"                                 # filled from `ogpld template`: no things, no mapping
[table.things.commitment]
class = "Commitment"
key = "{commitment_id}"
when = { record_level = "commitment" }              # "*" = any text, "" = empty, or a list
links = { plans = "plan" }                          # property key = another thing of the row
values = { printedNumber = "{milestone_number}" }   # property key = template
unique = true                                       # a second row with the same key is an error; false:
                                                    # rows add to each other; else each says the same
frozen = true                                       # the key is an id that identity.csv explains
mention = true                                      # linked to, described elsewhere
of = "member"   part = "territory"                  # a hash IRI of another thing of the row
[[table.join]]                                      # columns taken from another table
file = "estonia_plans.csv"  on = "action_plan_number"  match = "…"  take = ["cycle"]
                                                    # `on` and `match` may be lists of columns
[table.assessments]
target = "commitment"  plan = "plan"  cycle = "{action_plan_cycle}"  report = "report"
                                                    # adds the columns first_kind and last_kind:
                                                    # kinds of the plan's first and last report
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ogpld.errors import SourceError, Where
from ogpld.iris import OWN_GRAPHS
from ogpld.regular_file import open_regular
from ogpld.sources.normal_form import composed_values
from ogpld.sources.source_keys import problems_of
from ogpld.toml_content import toml_content


@dataclass(frozen=True, slots=True)
class ThingDefinition:
    """What a row says exists: its class, key and links.

    `key_column` is the column that holds the key, in tables filled in after a template.
    """

    name: str
    class_name: str
    key: str = ""
    of: str = ""
    part: str = ""
    when: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    mention: bool = False
    kind: str = ""
    unique: bool | None = None
    frozen: bool = False
    key_column: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Columns of another table, taken where the cells of `on` equal those of `match` there."""

    file: str
    on: tuple[str, ...]
    match: tuple[str, ...]
    take: dict[str, str]


@dataclass(frozen=True, slots=True)
class Assessments:
    """Which things of a row its indicator columns assess."""

    target: str
    plan: str
    cycle: str
    report: str = ""


@dataclass(frozen=True, slots=True)
class TableDescription:
    """One table of a source."""

    file: str
    unit: str
    how_read: str
    things: dict[str, ThingDefinition]
    report_key: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    citation: str = ""
    joins: tuple[Join, ...] = ()
    assessments: Assessments | None = None
    empty: frozenset[str] = frozenset()
    years: tuple[str, ...] = ()
    layout: str = "mapped"

    @property
    def published(self) -> str:
        """Name its table is published under: its own, as CSV."""
        return self.file if self.file.endswith(".csv") else f"{self.file.rpartition('.')[0]}.csv"


@dataclass(frozen=True, slots=True)
class Source:
    """A source folder with everything its source.toml says."""

    name: str
    folder: Path
    title: str
    publisher: str
    licence: str
    retrieved: date | None
    covers: str
    leaves_out: str
    tables: tuple[TableDescription, ...]
    precedence: int = 0
    given: bool = False
    taxonomy: str = ""
    selection: str = ""
    language: str = "en"


#: Names of sources, as addresses have them.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def read_source(folder: Path) -> Source:
    """Read the source.toml of a source folder.

    Raises:
        SourceError: for a missing file, bad TOML, or entries that are unknown, missing or no such values,
            all at once.
    """
    where = Where(f"{folder.name}/source.toml")
    try:
        with open_regular(folder / "source.toml") as stream:
            content = composed_values(toml_content(stream)[1])
    except FileNotFoundError as error:
        raise SourceError(
            "the source has no source.toml", where=where, hint="see data/README.md"
        ) from error
    except OSError as error:
        raise SourceError(
            f"cannot read the file: {error.strerror}", where=where, hint="see data/README.md"
        ) from error
    except ValueError as error:
        raise SourceError(f"not TOML: {error}", where=where) from error
    _check_name(folder.name, where)
    problems = list(problems_of(content))
    if problems:
        count = f"{len(problems)} entries are wrong: " if len(problems) > 1 else ""
        raise SourceError(
            count + "; ".join(problems),
            where=where,
            hint='data/README.md explains each entry under "Reference: source.toml"',
        )
    return Source(
        name=folder.name,
        folder=folder,
        tables=tuple(_table(entry) for entry in content["table"]),
        title=content["title"],
        publisher=content["publisher"],
        licence=content["licence"],
        retrieved=content.get("retrieved"),
        covers=content["covers"],
        leaves_out=content["leaves_out"],
        precedence=content.get("precedence", 0),
        given=content.get("given", False),
        taxonomy=content.get("taxonomy", ""),
        selection=content.get("selection", ""),
        language=content.get("language", "en").lower(),
    )


def _check_name(name: str, where: Where) -> None:
    """Refuse a source whose name is no part of an address, or that of graphs of our own."""
    if not _NAME.fullmatch(name):
        raise SourceError(
            f"{name!r} cannot be the name of a source: it becomes part of addresses",
            where=where,
            hint="rename the folder: letters of ASCII, digits, dashes and underscores",
        )
    if name.lower() in OWN_GRAPHS:
        raise SourceError(
            f"{name!r} cannot be the name of a source: graphs of that name are made by the build",
            where=where,
            hint="rename the folder",
        )


def _table(entry: dict[str, Any]) -> TableDescription:
    """Return one table; its entries were looked through."""
    layout = entry.get("layout", "mapped")
    things = entry["things"] if layout == "mapped" else {}
    return TableDescription(
        file=entry["file"],
        unit=entry["unit"],
        how_read=entry.get("how_read", "read"),
        things={  # those that are parts come after what they are parts of
            name: _thing(name, entry)
            for name, entry in sorted(things.items(), key=lambda named: "of" in named[1])
        },
        report_key=tuple(entry.get("report_key", ())),
        pages=tuple(entry.get("page", ())),
        citation=entry.get("citation", ""),
        joins=tuple(_join(join) for join in entry.get("join", ())),
        assessments=Assessments(**entry["assessments"]) if "assessments" in entry else None,
        empty=frozenset(entry.get("empty", ())),
        years=tuple(entry.get("years", ())),
        layout=layout,
    )


def _join(entry: dict[str, Any]) -> Join:
    take = entry["take"]
    renamed = take if isinstance(take, dict) else {name: name for name in take}
    on = entry["on"]
    return Join(entry["file"], _columns(on), _columns(entry.get("match", on)), renamed)


def _columns(names: str | list[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _thing(name: str, entry: dict[str, Any]) -> ThingDefinition:
    options = {k: v for k, v in entry.items() if k != "class"}
    return ThingDefinition(name=name, class_name=entry["class"], **options)
