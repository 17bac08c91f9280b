"""The reports about plans and members: what each is, when it was issued, where it can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ogpld.iris import natural
from ogpld.rdf import NamedNode
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.pages.indicator_answers import definitions_of
from ogpld.web.pages.links import Description, by_language
from ogpld.web.pages.tables import Value


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report.

    Attributes:
        link: its page here, with its name.
        about: IRIs of the plans or members it is about.
        kind: what kind of report it is.
        issued: when, as exactly as the source says; "" for unknown.
        texts: where it can be read.
    """

    iri: str
    link: Value
    about: tuple[str, ...]
    kind: str
    issued: str
    texts: tuple[Value, ...]


def read_reports(
    serving: OpenRelease, about: Description, things: Mapping[str, str]
) -> tuple[ReportRow, ...]:
    """Return the reports about some plans or members, the newest first.

    One without a date stands where the last plan ends that it is about, and last where no end is known.

    Args:
        serving: the release.
        about: what the store says of the thing of the page.
        things: the plans and members by IRI, with the date at which a plan ends, "" for none.
    """
    if not things:
        return ()
    rows_by_report: dict[str, list[dict[str, str]]] = {}
    for row in serving.select("reports-of", things=[NamedNode(iri) for iri in things]):
        rows_by_report.setdefault(row["report"], []).append(row)
    about.learn(serving.names(rows_by_report))
    names = definitions_of(serving)
    reports = []
    for iri, rows in rows_by_report.items():
        first = rows[0]
        pages = {row["page"] for row in rows if "page" in row}
        report = ReportRow(
            iri=iri,
            link=about.link(iri),
            about=tuple(sorted({row["about"] for row in rows})),
            kind=names.label(first.get("kind", "")),
            issued=first.get("issued", ""),
            texts=tuple(sorted(map(about.link, pages), key=by_language)),
        )
        reports.append(report)

    def place(report: ReportRow) -> tuple[object, ...]:
        ends = [things.get(iri, "") for iri in report.about]
        return natural(report.issued or max(ends, default="")), natural(report.link.href)

    return tuple(sorted(reports, key=place, reverse=True))
