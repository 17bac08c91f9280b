"""Where the values of an answer come from: the graph of a statement, how it was read, the rows and the pages.

A receipt is about one thing in one graph. It names the values that the graph states of the thing; a value
that was computed from assessments names these, with their cells. What no receipt names was computed by the
query itself. Tools for agents give receipts as they are, `why=1` as columns (`sparql/row_receipts.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ogpld.rdf import CODE, DCTERMS, FOAF, NS, PROV, RDF, XSD, Literal, NamedNode
from ogpld.web.current.open_release import OpenRelease

#: Things whose receipts one answer has.
MOST_THINGS = 100
_ROW = PROV("wasDerivedFrom").value
_PAGES = (DCTERMS("source").value, FOAF("page").value)
_CLASS = RDF("type").value
_DERIVED = "graph/derived/"
#: Things of one query.
_AT_ONCE = 500

#: Asks one of our own queries, as `OpenRelease.select`.
Select = Callable[..., list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class GraphOrigin:
    """How a named graph came about.

    Attributes:
        how: in words: read, by hand, derived, reconciled.
        read: day on which its source was read, "" for what has none.
        pages: addresses of the pages it was read from.
    """

    how: str
    read: str = ""
    pages: tuple[str, ...] = ()


def graph_origins(serving: OpenRelease) -> Mapping[str, GraphOrigin]:
    """Return how each graph of a release came about, kept while there is room."""

    def read() -> Mapping[str, GraphOrigin]:
        origins: dict[str, GraphOrigin] = {}
        for row in serving.select("receipt-graphs"):
            before = origins.get(row["graph"])
            pages = before.pages if before else ()
            if (page := row.get("page", "")) and page not in pages:
                pages = (*pages, page)
            origins[row["graph"]] = GraphOrigin(row["how"], row.get("read", ""), pages)
        return origins

    return serving.cached("graph-origins", read)


@dataclass(slots=True)
class AssessmentReceipt:
    """An assessment that a value was computed from: the value, its rows, the pages of their graphs."""

    value: str
    rows: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Receipt:
    """What one graph says of one thing.

    Attributes:
        thing: its IRI.
        graph: IRI of the graph.
        origin: how the graph came about.
        pages: addresses of the pages of the graph and of the thing.
        rows: IRIs of the rows and cells of source tables the thing was read from.
        has_class: whether the graph says what the thing is, or only adds to that.
        states: properties and values, those that say where the thing is from left out.
        assessments: by IRI, what values among them were computed from.
    """

    thing: str
    graph: str
    origin: GraphOrigin
    pages: list[str]
    rows: list[str] = field(default_factory=list)
    has_class: bool = False
    states: list[tuple[str, str]] = field(default_factory=list)
    assessments: dict[str, AssessmentReceipt] = field(default_factory=dict)

    @property
    def as_json(self) -> dict[str, Any]:
        """The receipt as tools for agents give it."""
        computed = [p for iri, one in self.assessments.items() for p in (iri, *one.rows)]
        pages = [page for one in self.assessments.values() for page in one.pages]
        return {
            "thing": self.thing,
            "graph": self.graph,
            "how": self.origin.how,
            "read": self.origin.read,
            "pages": list(dict.fromkeys((*self.pages, *pages))),
            "rows": list(dict.fromkeys((*self.rows, *computed))),
            "states": [{"property": name, "value": value} for name, value in self.states],
        }


def read_receipts(
    serving: OpenRelease, things: Sequence[str], *, whole: bool, select: Select | None = None
) -> Iterator[Receipt]:
    """Yield the receipts of things, some hundred things at a time.

    Args:
        serving: the release.
        things: IRIs, each once.
        whole: whether receipts have all statements, or those with codes alone.
        select: asks our queries, by default without limits of a caller.
    """
    select = select or serving.select
    origins = graph_origins(serving)
    for start in range(0, len(things), _AT_ONCE):
        receipts: dict[tuple[str, str], Receipt] = {}
        some = things[start : start + _AT_ONCE]
        for thing, graph, name, value in statements_of(some, select, whole=whole):
            receipt = receipts.get((thing, graph))
            if receipt is None:
                origin = origins.get(graph, GraphOrigin("the model"))
                receipt = Receipt(thing, graph, origin, list(origin.pages))
                receipts[thing, graph] = receipt
            receipt.has_class |= name == _CLASS
            if name == _ROW:
                receipt.rows.append(value)
                continue
            if name in _PAGES and value not in receipt.pages:
                receipt.pages.append(value)
            receipt.states.append((name, value))
        yield from receipts.values()


def statements_of(
    things: Iterable[str], select: Select, *, whole: bool = True
) -> list[tuple[str, str, str, str]]:
    """Return thing, graph, property and value of the statements of things, sorted.

    What several graphs state is there for each of them.

    Args:
        things: IRIs, each once, some hundred at most.
        select: asks our queries.
        whole: whether all statements are wanted, or origins, classes and those with codes alone.
    """
    rows = select(
        "receipts",
        things=[NamedNode(iri) for iri in things],
        whole=Literal(str(whole).lower(), datatype=XSD("boolean")),
        codes=Literal(CODE.iri),
    )
    return sorted(
        (row["thing"], graph, row["property"], row["value"])
        for row in rows
        for graph in row["graphs"].split()
    )


def keep_states(receipts: Iterable[Receipt], values: Callable[[str], Collection[str]]) -> None:
    """Leave in receipts the statements whose values stand in an answer.

    Args:
        receipts: the receipts.
        values: gives the values that stand beside a thing.
    """
    for receipt in receipts:
        wanted = values(receipt.thing)
        receipt.states = [state for state in receipt.states if state[1] in wanted]


def add_assessments(
    serving: OpenRelease, receipts: Iterable[Receipt], select: Select | None = None
) -> None:
    """Put into receipts the assessments from which their values were computed.

    Pages are those that the graph of an assessment gives for the thing, else those of the graph.
    """
    select = select or serving.select
    beginning, origins = f"{serving.iris.base}{_DERIVED}", graph_origins(serving)
    computed: dict[str, list[tuple[Receipt, set[tuple[str, str, str]]]]] = {}
    pages_in: dict[tuple[str, str], list[str]] = {}
    for receipt in receipts:
        pages_in[receipt.thing, receipt.graph] = receipt.pages
        if receipt.graph.startswith(beginning):
            windows = {
                (*window, value)
                for name, value in receipt.states
                for window in _windows(serving, name)
            }
            if windows:
                computed.setdefault(receipt.thing, []).append((receipt, windows))
    things = list(computed)
    for start in range(0, len(things), _AT_ONCE):
        nodes = [NamedNode(iri) for iri in things[start : start + _AT_ONCE]]
        rows = select("receipt-assessments", things=nodes)
        for row in sorted(rows, key=lambda row: (row["assessment"], row.get("row", ""))):
            key = (_notation(row["indicator"]), _notation(row["phase"]), row["value"])
            pages = _pages(row, pages_in, origins)
            for receipt, windows in computed[row["thing"]]:
                if key in windows:
                    one = receipt.assessments.setdefault(
                        row["assessment"], AssessmentReceipt(row["value"])
                    )
                    one.rows += [r for r in (row.get("row", ""),) if r and r not in one.rows]
                    one.pages += [page for page in pages if page not in one.pages]


def _pages(
    row: Mapping[str, str],
    pages_in: Mapping[tuple[str, str], Sequence[str]],
    origins: Mapping[str, GraphOrigin],
) -> list[str]:
    """Return the pages of the graphs that say what an assessment was read from."""
    pages: dict[str, None] = {}
    for graph in row.get("graphs", "").split() or [""]:
        origin = origins.get(graph, GraphOrigin(""))
        pages.update(dict.fromkeys(pages_in.get((row["thing"], graph), origin.pages)))
    return list(pages)


def receipts_of(
    serving: OpenRelease, values: Mapping[str, Iterable[str]]
) -> tuple[list[dict[str, Any]], int]:
    """Return the receipts of an answer, and how many of its things have none here.

    Args:
        serving: the release.
        values: by the IRI of a thing, the values (IRIs, texts) that stand beside it in the answer.
    """
    things = [iri for iri in values if serving.iris.is_thing(iri)]
    chosen = things[:MOST_THINGS]
    if not chosen:
        return [], 0
    wanted = {iri: _with_codes(serving, values[iri]) for iri in chosen}
    receipts = list(read_receipts(serving, chosen, whole=True))
    keep_states(receipts, wanted.__getitem__)
    receipts = [receipt for receipt in receipts if receipt.rows or receipt.states]
    add_assessments(serving, receipts)
    order = {iri: place for place, iri in enumerate(chosen)}
    receipts.sort(key=lambda receipt: (order[receipt.thing], receipt.graph))
    return [receipt.as_json for receipt in receipts], len(things) - len(chosen)


def _with_codes(serving: OpenRelease, values: Iterable[str]) -> set[str]:
    """Return values with the codes that labels among them stand for."""
    by_label = serving.cached("codes-by-label", lambda: _codes_by_label(serving))
    plain = set(values)
    return plain | {iri for value in plain for iri in by_label.get(value, ())}


def _codes_by_label(serving: OpenRelease) -> Mapping[str, tuple[str, ...]]:
    codes: dict[str, tuple[str, ...]] = {}
    for scheme in serving.model.schemes.values():
        for code in scheme.codes:
            codes[code.label] = (*codes.get(code.label, ()), code.iri)
    return codes


def _windows(serving: OpenRelease, property_iri: str) -> set[tuple[str, str]]:
    """Return the indicators and phases from whose assessments a property is computed."""
    if not property_iri.startswith(NS.iri):
        return set()
    name = property_iri.removeprefix(NS.iri)
    return {(w.indicator, w.phase) for w in serving.model.windows if w.shortcut == name}


def _notation(code: str) -> str:
    return code.rpartition("/")[2]
