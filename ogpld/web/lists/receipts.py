"""Where the values of an answer come from: the graph of a statement, how it was read, the rows and the pages.

A receipt is about one thing in one graph. It names the values of the answer that the graph states of the
thing; a value that was computed from assessments names these, with their cells. What no receipt names was
computed by the query itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ogpld.rdf import DCTERMS, FOAF, NS, PROV, NamedNode
from ogpld.web.current.open_release import OpenRelease

#: Things whose receipts one answer has.
MOST_THINGS = 100
_ROW = PROV("wasDerivedFrom").value
_PAGES = (DCTERMS("source").value, FOAF("page").value)
_DERIVED = "graph/derived/"


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
    nodes = [NamedNode(iri) for iri in chosen]
    statements: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in serving.select("receipts", things=nodes):
        place = statements.setdefault((row["thing"], row["graph"]), [])
        place.append((row["property"], row["value"]))
    wanted = {iri: _with_codes(serving, values[iri]) for iri in chosen}
    receipts = [
        _receipt(serving, thing, graph, pairs, wanted[thing])
        for (thing, graph), pairs in statements.items()
    ]
    receipts = [receipt for receipt in receipts if receipt["rows"] or receipt["states"]]
    _add_assessments(serving, receipts)
    order = {iri: place for place, iri in enumerate(chosen)}
    receipts.sort(key=lambda receipt: (order[receipt["thing"]], receipt["graph"]))
    return receipts, len(things) - len(chosen)


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


def _receipt(
    serving: OpenRelease,
    thing: str,
    graph: str,
    pairs: Sequence[tuple[str, str]],
    wanted: set[str],
) -> dict[str, Any]:
    origin = graph_origins(serving).get(graph, GraphOrigin("the model"))
    return {
        "thing": thing,
        "graph": graph,
        "how": origin.how,
        "read": origin.read,
        "pages": [*origin.pages, *(value for name, value in pairs if name in _PAGES)],
        "rows": [value for name, value in pairs if name == _ROW],
        "states": [
            {"property": name, "value": value}
            for name, value in pairs
            if name != _ROW and value in wanted
        ],
    }


def _add_assessments(serving: OpenRelease, receipts: Sequence[dict[str, Any]]) -> None:
    """Put beside each value that is computed from assessments the assessments, with their cells."""
    beginning = f"{serving.iris.base}{_DERIVED}"
    computed = [
        receipt
        for receipt in receipts
        if receipt["graph"].startswith(beginning)
        and any(_windows(serving, state["property"]) for state in receipt["states"])
    ]
    if not computed:
        return
    nodes = [NamedNode(receipt["thing"]) for receipt in computed]
    rows = serving.select("receipt-assessments", things=nodes)
    for receipt in computed:
        windows = {
            (window, state["value"])
            for state in receipt["states"]
            for window in _windows(serving, state["property"])
        }
        for row in rows:
            window = (_notation(row["indicator"]), _notation(row["phase"]))
            if row["thing"] == receipt["thing"] and (window, row["value"]) in windows:
                receipt["rows"] += [
                    place
                    for place in (row["assessment"], row.get("row", ""))
                    if place and place not in receipt["rows"]
                ]


def _windows(serving: OpenRelease, property_iri: str) -> set[tuple[str, str]]:
    """Return the indicators and phases from whose assessments a property is computed."""
    if not property_iri.startswith(NS.iri):
        return set()
    name = property_iri.removeprefix(NS.iri)
    return {(w.indicator, w.phase) for w in serving.model.windows if w.shortcut == name}


def _notation(code: str) -> str:
    return code.rpartition("/")[2]
