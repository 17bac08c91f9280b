"""Hold the data to the ledger of keys, and publish what it says of ids that were re-assigned.

A build stops when an id stays while printed number *and* title change: then OGP gave the id to
something else, and the new thing needs a key of its own. New commitments are told, with the line to
add, so that their keys are frozen too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ogpld.errors import Where
from ogpld.iris import Iris
from ogpld.model.literals import typed_date
from ogpld.rdf import (
    ADMS,
    DCTERMS,
    NS,
    RDF,
    SKOS,
    XSD,
    Literal,
    NamedNode,
    Quad,
    english,
    term_text,
)
from ogpld.report import Finding, Severity
from ogpld.sources.ledger import Ledger, LedgerEntry
from ogpld.sources.trace import Trace, TracedCell

_FILE = "identity.csv"
_AGENCY = english("Open Government Partnership")


def ledger_quads(
    ledger: Ledger, described: Callable[[NamedNode], bool], iris: Iris, trace: Trace
) -> list[Quad]:
    """Return what the ledger says of re-assigned ids, in a graph of its own.

    Each of the commitments has the id with the date it was first seen; the old one names the new one,
    and is described by the ledger where no source does any more, because its IRI keeps its meaning.

    Args:
        ledger: what it says.
        described: whether a source still says what a thing is.
        iris: the IRI policy.
        trace: takes the rows of the ledger.
    """
    entries = ledger.reassigned()
    if not entries:
        return []
    graph = iris.graph("identity")
    made: list[Quad] = []

    def say(
        entry: LedgerEntry, node: NamedNode, predicate: NamedNode, value: NamedNode | Literal
    ) -> None:
        quad = Quad(node, predicate, value, graph)
        trace.add(quad, TracedCell(Where(_FILE, entry.row), ""))
        made.append(quad)

    for entry in entries:
        node = iris.thing("commitment", entry.key)
        number = iris.thing("commitment", entry.key, "id-1")
        say(entry, node, ADMS("identifier"), number)
        say(entry, number, RDF("type"), ADMS("Identifier"))
        say(entry, number, SKOS("notation"), Literal(entry.official_id))
        say(entry, number, ADMS("schemaAgency"), _AGENCY)
        if seen := typed_date(entry.first_seen):
            say(entry, number, DCTERMS("issued"), seen)
        if entry.replaced_by:
            newer = iris.thing("commitment", entry.replaced_by)
            say(entry, node, DCTERMS("isReplacedBy"), newer)
            say(entry, newer, DCTERMS("replaces"), node)
        if not described(node):
            trace.add_thing(node.value, Where(_FILE, entry.row))
            for predicate, value in _description(entry, iris):
                say(entry, node, predicate, value)
    return made


def _description(entry: LedgerEntry, iris: Iris) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """Yield what a row of the ledger tells of its commitment."""
    yield RDF("type"), NS("Commitment")
    yield DCTERMS("title"), Literal(entry.title, language="und")  # the ledger does not say which
    yield NS("member"), iris.thing("member", entry.member)
    yield NS("plan"), iris.thing("action-plan", entry.plan)
    if entry.printed_number:
        yield NS("printedNumber"), Literal(entry.printed_number, datatype=XSD("string"))


def check_ledger(
    ledger: Ledger, quads: Iterable[Quad], iris: Iris, trace: Trace
) -> Iterator[Finding]:
    """Yield findings about commitments whose key is not frozen or means something else now."""
    titles: dict[str, set[str]] = {}
    numbers: dict[str, set[str]] = {}
    commitments: set[str] = set()
    for quad in quads:
        subject = term_text(quad.subject)
        if quad.predicate == RDF("type") and quad.object == NS("Commitment"):
            commitments.add(subject)
        elif quad.predicate == DCTERMS("title"):
            titles.setdefault(subject, set()).add(term_text(quad.object))
        elif quad.predicate == NS("printedNumber"):
            numbers.setdefault(subject, set()).add(term_text(quad.object))
    prefix = iris.thing("commitment", "x").value[:-1]
    for subject in sorted(commitments):
        key = subject.removeprefix(prefix)
        entry = ledger.entries.get(key)
        if entry is None:
            yield Finding(
                Severity.WARNING,
                focus=subject,
                message="the key is not frozen in identity.csv",
                where=_cells(trace, subject),
                hint=f"add a line for {key} to {_FILE}, beside the folder sources, once it is published",
            )
            continue
        renamed = entry.title not in titles.get(subject, {entry.title})
        renumbered = entry.printed_number not in numbers.get(subject, {entry.printed_number})
        if renamed and renumbered:
            yield Finding(
                Severity.VIOLATION,
                focus=subject,
                message=f"number and title of {key!r} both changed: the id means something else now",
                where=(*_cells(trace, subject), Where(_FILE, entry.row)),
                value=entry.title,
                hint=f"add a row for the new commitment with a key of its own ({key}-2) and the same "
                f"official id to identity.csv, and {key}-2 as replaced_by of {key}",
            )


def _cells(trace: Trace, subject: str) -> tuple[Where, ...]:
    """Return the cells that tell of a commitment; asked for findings only, because it costs."""
    return tuple(cell.where for cell in trace.find(subject, None, None))
