"""Leave out links that would point at reports nobody described."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ogpld.rdf import NS, RDF, NamedNode, Quad


def without_missing_reports(
    quads: Iterable[Quad], described: Callable[[NamedNode], bool]
) -> tuple[list[Quad], list[Quad]]:
    """Return quads without links from absent values to reports nobody described, and those links.

    A value must name its report (the gate refuses it otherwise); an absence need not, because a
    report that was never written is the usual reason for it.

    Args:
        quads: everything that is said of some things.
        described: whether a report is.
    """
    statements = list(quads)
    no_value, report = NS("noValue"), NS("report")
    absent = {q.subject for q in statements if q.predicate == no_value}
    present: list[Quad] = []
    dropped: list[Quad] = []
    for quad in statements:
        link = quad.predicate == report and quad.subject in absent
        missing = link and isinstance(quad.object, NamedNode) and not described(quad.object)
        (dropped if missing else present).append(quad)
    return present, dropped


def reports(quads: Iterable[Quad]) -> set[object]:
    """Return the reports that are described."""
    return {q.subject for q in quads if q.predicate == RDF("type") and q.object == NS("Report")}
