"""Leave out links that would point at reports nobody described."""

from __future__ import annotations

from ogpld.rdf import NS, RDF, Quad


def drop_missing_reports(quads: list[Quad]) -> list[Quad]:
    """Drop `ogpld:report` of an absent value whose report is not in the data.

    A value must name its report (the gate refuses it otherwise); an absence need not, because a
    report that was never written is the usual reason for it (ontology.md 1.6).
    """
    reports = {q.subject for q in quads if q.predicate == RDF("type") and q.object == NS("Report")}
    absent = {q.subject for q in quads if q.predicate == NS("noValue")}
    return [
        q
        for q in quads
        if not (q.predicate == NS("report") and q.subject in absent and q.object not in reports)
    ]
