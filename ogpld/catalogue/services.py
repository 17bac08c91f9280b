"""The services of a site: one table, and its views as API catalogue and as dcat:DataService."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ogpld.catalogue.linkset import Link, Linkset
from ogpld.formats import media
from ogpld.rdf import DCAT, DCTERMS, RDF, Literal, NamedNode, english

_HTML = {"type": media.HTML.type}


@dataclass(frozen=True, slots=True)
class Service:
    """Something programs can ask.

    Attributes:
        path: its address.
        title: what it is called.
        described: address and type of a description for programs, "" for none.
        documented: address of its page for people, "" for none.
        about: what it does, for DCAT; "" for one that serves no data set.
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
    Service(
        "/fragments",
        "Triple Pattern Fragments",
        ("/fragments", media.TRIG.type),
        "/fragments",
        "The statements that match a triple pattern, for clients that answer queries themselves.",
        ("https://linkeddatafragments.org/specification/triple-pattern-fragments/",),
        ("triple pattern fragments", "query"),
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
    Service("/search", "Search by name", ("/opensearch.xml", media.OPENSEARCH.type), "/search"),
    Service(
        "/suggest", "Completion of names", ("/opensearch.xml", media.OPENSEARCH.type), "/search"
    ),
    Service(
        "/reconcile",
        "Reconciliation of names with things (Reconciliation API 0.2)",
        documented="/docs/contract#reconciliation",
    ),
    Service(
        "/reconcile/1.0-draft",
        "Reconciliation of names with things (Reconciliation API 1.0-draft)",
        documented="/docs/contract#reconciliation",
    ),
    Service("/match", "Matching of whole tables", documented="/match"),
    Service("/queries", "Questions with parameters", documented="/queries"),
    Service("/chart", "Charts as SVG, PNG and CSV", documented="/chart"),
    Service("/compare", "Members side by side, as CSV", documented="/compare"),
    Service(
        "/api", "Everything that programs can ask", ("/openapi.json", media.OPENAPI.type), "/api"
    ),
    Service(
        "/mcp", "Tools for language models (Model Context Protocol)", documented="/docs/agents"
    ),
)

#: Those that are a dcat:DataService.
DATA_SERVICES = tuple(service for service in SERVICES if service.about)


def api_catalogue(exists: Callable[[str], bool]) -> Linkset:
    """Return the services as the linkset of an API catalogue (RFC 9727, after FAIRiCat).

    Args:
        exists: whether the site answers at a path; services where it does not are left out.
    """
    services = [service for service in SERVICES if exists(service.path)]
    items = [Link("item", service.path, {"title": service.title}) for service in services]
    items += [
        Link("item", "/sitemap.xml", {"type": media.XML.type, "title": "Sitemap"}),
        Link("describedby", "/.well-known/void", {"type": media.TURTLE.type, "title": "VoID"}),
        Link(
            "describedby", "/catalog.ttl", {"type": media.TURTLE.type, "title": "DCAT-AP catalogue"}
        ),
    ]
    linkset: list[tuple[str, list[Link]]] = [("/.well-known/api-catalog", items)]
    for service in services:
        href, media_type = service.described
        links = [Link("service-desc", href, {"type": media_type})] if href else []
        if service.documented:
            links.append(Link("service-doc", service.documented, _HTML))
        links.append(Link("status", "/healthz", {"type": media.JSON.type}))
        linkset.append((service.path, links))
    return linkset


def service_pairs(
    service: Service, base: str, dataset: str
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """Yield what does not depend on the operator of a service as dcat:DataService (DCAT 3, section 6.6).

    Args:
        service: the service.
        base: base IRI of the release.
        dataset: IRI of the data set as a whole. It alone is served: portals keep this with each dataset,
            and one that comes or goes would change them all.
    """
    endpoint = NamedNode(base + service.path[1:])
    yield RDF("type"), DCAT("DataService")
    yield DCTERMS("title"), english(service.title)
    yield DCTERMS("description"), english(service.about)
    yield DCAT("endpointURL"), endpoint
    yield DCAT("endpointDescription"), endpoint
    yield DCAT("servesDataset"), NamedNode(dataset)
    for standard in service.standards:
        yield DCTERMS("conformsTo"), NamedNode(standard)
