"""What programs can ask of a site: one list, for the API catalogue, `/harvest` and the DCAT catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.formats import media


@dataclass(frozen=True, slots=True)
class Service:
    """Something programs can ask.

    Attributes:
        path: its address.
        title: what it is called.
        described: address and type of a description for programs, "" for none.
        documented: address of its page for people, "" for none.
        about: what it does, for DCAT; "" for one that serves no data set and is told nowhere else.
        standards: addresses of what it conforms to.
        keywords: English keywords.
        name: its IRI below the base, where that is not its address.
    """

    path: str
    title: str
    described: tuple[str, str] = ("", "")
    documented: str = ""
    about: str = ""
    standards: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    name: str = ""

    @property
    def iri(self) -> str:
        """Its IRI below the base."""
        return self.name or self.path[1:]


#: A service is told of where the site answers at its path.
SERVICES = (
    Service(
        "/sparql",
        "SPARQL endpoint",
        ("/sparql", media.TURTLE.type),
        "/sparql",
        "Read-only SPARQL 1.1 over the release in service; its limits are in its description.",
        ("https://www.w3.org/TR/sparql11-protocol/", "https://www.w3.org/TR/sparql11-query/"),
        ("SPARQL", "query"),
    ),
    Service("/catalog", "DCAT-AP catalogue", documented="/harvest"),
    Service(
        "/ldes",
        "Linked Data Event Stream of changes",
        ("/ldes", media.TURTLE.type),
        "/harvest",
        "Every change of a thing, in order, to follow the data without reading it again.",
        ("https://w3id.org/ldes/specification", "https://w3id.org/tree/specification"),
        ("LDES", "changes"),
        "catalog#ldes",  # its address is the root of the stream, a tree:Node
    ),
    Service("/activity", "ActivityStreams of changes", documented="/harvest"),
    Service("/feed.atom", "Atom feed of changes"),
    Service(
        "/validate",
        "Check of documents against the shapes",
        documented="/validate",
        about="POST a table or an RDF document about action plans; the answer is a SHACL report. "
        "Nothing that is sent is stored.",
        standards=("https://www.w3.org/TR/shacl/",),
        keywords=("SHACL", "validation"),
    ),
    Service("/reconcile", "Reconciliation", ("/reconcile", media.JSON.type)),
    Service("/search", "Keyword search", documented="/search"),
    Service("/queries", "Questions with parameters", documented="/queries"),
)

#: Those that are a dcat:DataService.
DATA_SERVICES = tuple(service for service in SERVICES if service.about)
