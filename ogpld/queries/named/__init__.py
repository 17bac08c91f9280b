"""The questions the data can be asked, one a file: a head of comments, then SPARQL with places.

    # number: 15
    # topic: Institutions
    # title: What has one body led, and with what result?
    # title@et: the same in another language of pages, which shows English where there is none
    # description: A sentence or more. It may go on
    #   in lines that begin with two further blanks.
    # parameter: institution | Institution | EST-government-office | The body
    # chart: label, another | value | what the things left out are called beside it, if they are
    # caveat: what the answer does not tell
    # unanswered: what is missing, where the data cannot answer
    # among: what the question is asked of, and with `needs` the values that decide (`unknown.py`)
    # needs: carried forward | ?thing ogpld:carriedForward ?value | ?value = false
    # whole: why no row is left out for a value that is not known, where there is no `needs`

A parameter is name, kind, default and label; `${name}` is its place in the query. Its kind is a class
(a thing by key), `code:LIST` (a code by notation), `date` or `integer`. Values become terms before they
are put in; nothing is ever joined as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from ogpld.errors import ModelError, UsageError, Where
from ogpld.iris import Iris
from ogpld.language_tags import LANGUAGES
from ogpld.model import Model
from ogpld.queries import bind
from ogpld.queries.named.parameter import NamedQueryParameter
from ogpld.queries.named.unknown import Need, unknown_query
from ogpld.rdf import Literal, NamedNode
from ogpld.wording import marked

#: Headings in the order they are listed.
TOPICS = (
    marked("Commitments and results"),
    marked("Institutions"),
    marked("Topics"),
    marked("Time"),
    marked("Plans and process"),
    marked("Reports and sources"),
    marked("Linking"),
)
_TITLE = "title@"
_ENTRY = re.compile(rf"# ((?:{_TITLE})?[a-z]+): (.+)")
_MORE = re.compile(r"#   (.+)")
_ENTRIES = {
    "number",
    "topic",
    "title",
    "description",
    "parameter",
    "chart",
    "caveat",
    "unanswered",
    "among",
    "needs",
    "whole",
    *(f"{_TITLE}{tag}" for tag in LANGUAGES if tag != "en"),
}
_PLACE = re.compile(r"\$\{(\w+)\}")
#: Parameters that the page of every question takes, which a question of its own cannot have.
PAGE_PARAMETERS = frozenset({"_mediatype", "format", "labels", "lang", "why"})


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns of an answer that make bars.

    Attributes:
        labels: those that say what a bar is.
        value: the one it measures.
        unknown: what the things left out are called beside the bars, "" where that is not said.
    """

    labels: tuple[str, ...]
    value: str
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One question with its query.

    Attributes:
        name: last part of its address.
        number: number of the competency question it answers.
        topic: heading it is listed under.
        titles: the title by the tags of other languages.
        text: SPARQL with places.
        chart: what bars help to read the answer.
        caveat: what the answer does not tell, "".
        unanswered: what is missing in the data where it cannot answer, "".
        unknown: SPARQL with places for what the answer leaves out because a value is not known, "" where
            it leaves out nothing for that reason.
        whole: why it leaves out nothing, "".
    """

    name: str
    number: int
    topic: str
    title: str
    description: str
    text: str
    parameters: tuple[NamedQueryParameter, ...] = ()
    chart: Chart | None = None
    caveat: str = ""
    unanswered: str = ""
    unknown: str = ""
    whole: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def bound(self, values: Mapping[str, str], model: Model, iris: Iris) -> str:
        """Return the query with values put in as terms; a missing one is the default.

        Raises:
            UsageError: for an unknown parameter or a value that cannot be one.
        """
        return bind(self.text, **self._terms(values, model, iris))

    def bound_unknown(self, values: Mapping[str, str], model: Model, iris: Iris) -> str:
        """Return the query for what the answer leaves out, "" where there is none.

        Raises:
            UsageError: as `bound` does.
        """
        return bind(self.unknown, **self._terms(values, model, iris))

    def _terms(
        self, values: Mapping[str, str], model: Model, iris: Iris
    ) -> dict[str, NamedNode | Literal]:
        """Return the value of each parameter as a term."""
        names = {parameter.name for parameter in self.parameters}
        for name in values:
            if name not in names:
                given = f"it takes {', '.join(sorted(names))}" if names else "it takes none"
                raise UsageError(f"{self.name} has no parameter {name[:80]!r}", hint=given)
        return {
            p.name: p.term(values.get(p.name) or p.default, model, iris) for p in self.parameters
        }


@dataclass(slots=True)
class _Head:
    entries: dict[str, str] = field(default_factory=dict)
    parameters: list[NamedQueryParameter] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)


@cache
def load_named() -> Mapping[str, NamedQuery]:
    """Return every question of ours by name, in order of topic and number.

    Raises:
        ModelError: for a file that breaks the form told above.
    """
    queries = [
        parse_named(file.name.removesuffix(".rq"), file.read_text(encoding="utf-8"))
        for file in resources.files(__package__).iterdir()
        if file.name.endswith(".rq")
    ]
    queries.sort(key=lambda query: (TOPICS.index(query.topic), query.number))
    by_number: dict[int, str] = {}
    for query in queries:
        other = by_number.setdefault(query.number, query.name)
        if other != query.name:
            raise ModelError(
                f"number {query.number} is that of {other}.rq too",
                where=Where(f"{query.name}.rq"),
                hint=f"take {max(q.number for q in queries) + 1}, the next that is free",
            )
    return {query.name: query for query in queries}


def parse_named(name: str, content: str) -> NamedQuery:
    """Read one file.

    Raises:
        ModelError: naming file and line.
    """
    lines = content.removesuffix("\n").split("\n")
    head = _Head()
    last = ""
    end = 0
    for end, line in enumerate(lines):
        where = Where(f"{name}.rq", line=end + 1)
        if entry := _ENTRY.fullmatch(line):
            last = entry[1]
            _take(head, last, entry[2].strip(), where)
        elif (more := _MORE.fullmatch(line)) and last not in {"", "parameter", "needs"}:
            head.entries[last] += f" {more[1].strip()}"
        elif line.startswith("#"):
            hint = f"entries: {', '.join(sorted(_ENTRIES))}"
            raise ModelError(f"no entry of a question: {line!r}", where=where, hint=hint)
        else:
            break
    entries = head.entries
    for entry_name in ("number", "topic", "title", "description"):
        if entry_name not in entries:
            raise ModelError(f"{entry_name!r} is missing", where=Where(f"{name}.rq", line=1))
    text = "\n".join(lines[end:]) + "\n"
    _check(name, entries, head.parameters, text)
    _check_needs(name, head)
    return NamedQuery(
        name=name,
        number=int(entries["number"]),
        topic=entries["topic"],
        title=entries["title"],
        description=entries["description"],
        text=text,
        parameters=tuple(head.parameters),
        chart=_chart(entries.get("chart", ""), text, Where(f"{name}.rq")),
        caveat=entries.get("caveat", ""),
        unanswered=entries.get("unanswered", ""),
        unknown=unknown_query(entries["among"], head.needs) if head.needs else "",
        whole=entries.get("whole", ""),
        titles={
            entry.removeprefix(_TITLE): text
            for entry, text in entries.items()
            if entry.startswith(_TITLE)
        },
    )


def _chart(columns: str, text: str, where: Where) -> Chart | None:
    """Return the chart an entry tells of.

    Raises:
        ModelError: for a column that the query does not have.
    """
    if not columns:
        return None
    labels, value, unknown, *_ = (part.strip() for part in f"{columns}||".split("|"))
    chart = Chart(tuple(label.strip() for label in labels.split(",")), value, unknown)
    for column in (*chart.labels, chart.value):
        if not column or not re.search(rf"\?{re.escape(column)}\b", text):
            raise ModelError(
                f"the query has no column {column!r}", where=where, hint="chart: label | value"
            )
    return chart


def _take(head: _Head, name: str, text: str, where: Where) -> None:
    """Take one entry of a head."""
    if name not in _ENTRIES:
        hint = f"entries: {', '.join(sorted(_ENTRIES))}"
        raise ModelError(f"unknown entry {name!r}", where=where, hint=hint)
    if name == "parameter":
        parts = [part.strip() for part in text.split("|")]
        if len(parts) != 4 or not all(parts):  # noqa: PLR2004
            raise ModelError(
                "a parameter has four parts", where=where, hint="name | kind | default | label"
            )
        head.parameters.append(NamedQueryParameter(*parts))
    elif name == "needs":
        # the third part is an expression, in which ` | ` cannot stand and `||` can
        parts = [part.strip() for part in text.split(" | ")]
        if len(parts) not in {2, 3} or "?value" not in parts[1]:
            raise ModelError(
                "a needed value has a pattern with ?value",
                where=where,
                hint="name | pattern | condition",
            )
        head.needs.append(Need(*parts))
    elif name in head.entries:
        raise ModelError(f"{name!r} stands twice", where=where)
    else:
        head.entries[name] = text


def _check(
    name: str, entries: dict[str, str], parameters: list[NamedQueryParameter], text: str
) -> None:
    """Refuse a number that is none, an unknown topic, and places that do not fit the parameters."""
    where = Where(f"{name}.rq")
    if not entries["number"].isdecimal():
        raise ModelError(f"{entries['number']!r} is no number", where=where)
    if entries["topic"] not in TOPICS:
        raise ModelError(f"unknown topic {entries['topic']!r}", where=where, hint="; ".join(TOPICS))
    places, names = set(_PLACE.findall(text)), {p.name for p in parameters}
    for strange in sorted(places ^ names):
        what = "has no parameter" if strange in places else "is used nowhere"
        raise ModelError(f"{strange!r} {what}", where=where)
    for taken in sorted(names & PAGE_PARAMETERS):
        raise ModelError(
            f"every question has a parameter {taken!r} already",
            where=where,
            hint=f"a name other than {', '.join(sorted(PAGE_PARAMETERS))}",
        )


def _check_needs(name: str, head: _Head) -> None:
    """Refuse a question that says by half what it leaves out."""
    among = "among" in head.entries
    if among != bool(head.needs) or (among and "whole" in head.entries):
        raise ModelError(
            "'among' stands with 'needs', and without 'whole'",
            where=Where(f"{name}.rq"),
            hint="write 'among' with 'needs', or 'whole' with the reason why nothing is left out",
        )
    values = {name for need in head.needs for name in _PLACE.findall(need.pattern + need.condition)}
    places = values | set(_PLACE.findall(head.entries.get("among", "")))
    for strange in sorted(places - {p.name for p in head.parameters}):
        raise ModelError(f"{strange!r} has no parameter", where=Where(f"{name}.rq"))


def by_topic(queries: Mapping[str, NamedQuery]) -> Iterator[tuple[str, list[NamedQuery]]]:
    """Yield the topics with their questions."""
    for topic in TOPICS:
        yield topic, [query for query in queries.values() if query.topic == topic]
