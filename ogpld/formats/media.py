"""The one table of media types: what forms there are, what they are called, what reads and writes them.

Templates, routes, the SPARQL protocol, submissions, dumps, exports and the catalogue select from it. A format
of documents is a row whose `writes` says how: documents, lists, the catalogue and graphs that a query makes
then come in it. No HTTP in here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ogpld.formats.jsonld import write_jsonld
from ogpld.formats.negotiation import PAGE_TYPES, Offer, Offers
from ogpld.formats.rdf_writers import write_ntriples, write_rdfxml, write_turtle
from ogpld.formats.statements import Statements
from ogpld.wording import marked

Content = Literal["triples", "quads", "table", ""]


@dataclass(frozen=True, slots=True)
class MediaType:
    """One form of data.

    Attributes:
        name: short name: the suffix of its addresses, the ending of its files.
        type: the media type it is sent as (RFC 6838).
        title: what people call it.
        aliases: other media types it goes by.
        names: other short names, for `format=`.
        suffixes: other endings of its files.
        queried_as: what SPARQL clients call it besides, media types and short names.
        holds: what is in it; "" for what is neither RDF nor a table.
        reads: whether a document in it can be submitted.
        writes: turns the statements of a document into bytes; None for what is no format of documents.
        file_type: its code in the EU's list of file types, "" for none.
        w3c_format: its name among the W3C's (https://www.w3.org/ns/formats/), "" for none.
    """

    name: str
    type: str
    title: str
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    queried_as: tuple[str, ...] = ()
    holds: Content = ""
    reads: bool = False
    writes: Callable[[Statements], bytes] | None = None
    file_type: str = ""
    w3c_format: str = ""

    def write(self, statements: Statements) -> bytes:
        """Return a document in this form.

        Raises:
            ValueError: for what is no format of documents.
        """
        if self.writes is None:
            raise ValueError(f"documents are not written as {self.type}")
        return self.writes(statements)


CSV = MediaType(
    "csv",
    "text/csv",
    "CSV",
    holds="table",
    reads=True,
    file_type="CSV",
    w3c_format="SPARQL_Results_CSV",
)
XLSX = MediaType(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    marked("Excel workbook"),
    holds="table",
    reads=True,
)
TURTLE = MediaType(
    "ttl",
    "text/turtle",
    "Turtle",
    aliases=("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"),
    names=("turtle",),
    queried_as=("text/ttl",),
    holds="triples",
    reads=True,
    writes=write_turtle,
    file_type="RDF_TURTLE",
    w3c_format="Turtle",
)
JSON_LD = MediaType(
    "jsonld",
    "application/ld+json",
    "JSON-LD",
    aliases=("application/json",),
    names=("json-ld",),
    suffixes=("json",),
    queried_as=("application/ld json", "json"),
    holds="triples",
    reads=True,
    writes=write_jsonld,
    file_type="JSON_LD",
    w3c_format="JSON-LD",
)
N_TRIPLES = MediaType(
    "nt",
    "application/n-triples",
    "N-Triples",
    aliases=("text/plain",),
    queried_as=("application/ntriples", "ntriples", "n-triples"),
    holds="triples",
    reads=True,
    writes=write_ntriples,
    file_type="RDF_N_TRIPLES",
    w3c_format="N-Triples",
)
RDF_XML = MediaType(
    "rdf",
    "application/rdf+xml",
    "RDF/XML",
    aliases=("application/xml", "text/xml"),
    suffixes=("owl", "xml"),
    queried_as=("application/rdf", "xml", "rdfxml", "rdf/xml"),
    holds="triples",
    reads=True,
    writes=write_rdfxml,
    file_type="RDF_XML",
    w3c_format="RDF_XML",
)
TRIG = MediaType(
    "trig",
    "application/trig",
    "TriG",
    queried_as=("application/x-trig",),
    holds="quads",
    reads=True,
    w3c_format="TriG",
)
N_QUADS = MediaType(
    "nq",
    "application/n-quads",
    "N-Quads",
    queried_as=("nquads", "n-quads"),
    holds="quads",
    reads=True,
    file_type="RDF_N_QUADS",
    w3c_format="N-Quads",
)
N3 = MediaType(
    "n3",
    "text/n3",
    "Notation3",
    aliases=("text/rdf+n3", "application/n3"),
    holds="triples",
    w3c_format="N3",
)
HTML = MediaType("html", PAGE_TYPES[0], "HTML", aliases=PAGE_TYPES[1:])
JSON = MediaType("json", "application/json", "JSON")
NDJSON = MediaType(
    "ndjson",
    "application/x-ndjson",
    "NDJSON",
    aliases=(
        "application/ndjson",
        "application/x-ld+ndjson",
        "application/jsonl",
        "application/x-jsonlines",
    ),
    names=("jsonl", "ndjson-ld"),
)
TEXT = MediaType("txt", "text/plain", marked("Text"))
MARKDOWN = MediaType(
    "md", "text/markdown", "Markdown", aliases=("text/plain",), names=("markdown",)
)
XML = MediaType("xml", "application/xml", "XML", aliases=("text/xml",))
SUGGESTIONS = MediaType("suggestions", "application/x-suggestions+json", "OpenSearch suggestions")
OPENAPI = MediaType("json", "application/vnd.oai.openapi+json", "OpenAPI description")
OPENSEARCH = MediaType("xml", "application/opensearchdescription+xml", "OpenSearch description")
SVG = MediaType("svg", "image/svg+xml", "SVG")
PNG = MediaType("png", "image/png", "PNG")
BYTES = MediaType("bin", "application/octet-stream", "Bytes")
GZIP = MediaType("gz", "application/gzip", "gzip")
SCRIPT = MediaType("js", "text/javascript", "JavaScript")
WASM = MediaType("wasm", "application/wasm", "WebAssembly")
# what is asked of the SPARQL endpoint, and what it answers
SPARQL_QUERY = MediaType("rq", "application/sparql-query", "SPARQL", file_type="SPARQLQ")
SPARQL_UPDATE = MediaType("ru", "application/sparql-update", "SPARQL Update")
FORM = MediaType("", "application/x-www-form-urlencoded", "Form")
RESULTS_JSON = MediaType(
    "json",
    "application/sparql-results+json",
    "JSON",
    aliases=("application/json",),
    names=("srj",),
    w3c_format="SPARQL_Results_JSON",
)
RESULTS_XML = MediaType(
    "xml",
    "application/sparql-results+xml",
    "XML",
    aliases=("application/xml",),
    names=("srx",),
    queried_as=("text/xml",),
    w3c_format="SPARQL_Results_XML",
)
TSV = MediaType(
    "tsv",
    "text/tab-separated-values",
    "TSV",
    queried_as=("text/tsv",),
    holds="table",
    file_type="TSV",
    w3c_format="SPARQL_Results_TSV",
)
PARQUET = MediaType(
    "parquet",
    "application/vnd.apache.parquet",
    "Parquet",
    aliases=("application/x-parquet",),
    holds="table",
)
# tables of programs for spreadsheets that are not read
XLS = MediaType("xls", "application/vnd.ms-excel", marked("Excel 97 workbook"), holds="table")
XLSB = MediaType(
    "xlsb",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "Excel binary workbook",
    holds="table",
)
XLSM = MediaType(
    "xlsm",
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "Excel workbook with macros",
    holds="table",
)
ODS = MediaType(
    "ods",
    "application/vnd.oasis.opendocument.spreadsheet",
    "OpenDocument spreadsheet",
    holds="table",
)
NUMBERS = MediaType("numbers", "application/vnd.apple.numbers", "Numbers table", holds="table")
# descriptions, feeds, links
CSVW = MediaType("csvm", "application/csvm+json", "CSVW metadata")
SQLITE = MediaType("sqlite", "application/vnd.sqlite3", "SQLite", file_type="GZIP")
JSON_SCHEMA = MediaType("json", "application/schema+json", "JSON Schema")
PROBLEM = MediaType(
    "json",
    "application/problem+json",
    "Problem details",
    aliases=("application/json", "application/ld+json"),
)
LINKSET_JSON = MediaType(
    "json", "application/linkset+json", "Linkset in JSON", aliases=("application/json",)
)
LINKSET_TEXT = MediaType("txt", "application/linkset", "Linkset", aliases=("text/plain",))
LINK_FORMAT = MediaType("link", "application/link-format", "Link format")
ACTIVITY = MediaType(
    "json",
    "application/activity+json",
    "ActivityStreams",
    aliases=("application/ld+json", "application/json"),
)
ATOM = MediaType(
    "atom", "application/atom+xml", "Atom feed", aliases=("application/xml", "text/xml")
)
RDF_PATCH = MediaType("rdfp", "application/rdf-patch", "RDF Patch", names=("rdfpatch",))
# citations
BIBTEX = MediaType("bib", "application/x-bibtex", "BibTeX")
RIS = MediaType("ris", "application/x-research-info-systems", "RIS")
CSL = MediaType("csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON")
DATACITE_JSON = MediaType(
    "datacite.json", "application/vnd.datacite.datacite+json", "DataCite JSON"
)
DATACITE_XML = MediaType("datacite.xml", "application/vnd.datacite.datacite+xml", "DataCite XML")

#: Every form of data, those that people submit first; formats of documents in order of preference.
MEDIA_TYPES: Sequence[MediaType] = (
    *(CSV, XLSX),
    *(TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS, N3),
    *(HTML, JSON, NDJSON, TEXT, MARKDOWN, XML, BYTES, GZIP, SCRIPT, WASM),
    *(SPARQL_QUERY, SPARQL_UPDATE, FORM, RESULTS_JSON, RESULTS_XML, TSV, PARQUET),
    *(XLS, XLSB, XLSM, ODS, NUMBERS),
    *(CSVW, SQLITE, JSON_SCHEMA, PROBLEM, LINKSET_JSON, LINKSET_TEXT, LINK_FORMAT),
    *(ACTIVITY, ATOM, RDF_PATCH, BIBTEX, RIS, CSL, DATACITE_JSON, DATACITE_XML),
    *(SUGGESTIONS, OPENAPI, OPENSEARCH, SVG, PNG),
)

#: The formats of documents; the first answers `*/*`.
FORMATS: Sequence[MediaType] = tuple(row for row in MEDIA_TYPES if row.writes)
#: Forms of a document and of each page of a list; JSON is JSON-LD under its plain name.
DOCUMENT_FORMS: Sequence[MediaType] = (*FORMATS, JSON, HTML)
#: Forms of a list that have all its rows where no page is asked for.
TABLE_FORMS: Sequence[MediaType] = (CSV, NDJSON, XLSX, PARQUET)


def format_named(name: str) -> MediaType:
    """Return the format of documents with a short name.

    Raises:
        LookupError: when there is none.
    """
    for row in FORMATS:
        if row.name == name:
            return row
    raise LookupError(f"documents have no format {name!r}")


def by_type(text: str) -> MediaType | None:
    """Return the row of a media type, None where the table has none."""
    return next((row for row in MEDIA_TYPES if row.type == text), None)


def offer_of(row: MediaType, *, queried: bool = False) -> Offer:
    """Return a form as something to negotiate; `queried` adds what SPARQL clients call it."""
    more = row.queried_as if queried else ()
    types = tuple(name for name in more if name.startswith(("application/", "text/")))
    names = tuple(name for name in more if name not in types)
    return Offer(row.name, row.type, (*row.aliases, *types), (*row.names, *names))


def offers_of(rows: Iterable[MediaType], *, queried: bool = False) -> Offers:
    """Return forms to choose from; see `apart` for names that several have."""
    return apart([offer_of(row, queried=queried) for row in rows])


def apart(offers: Sequence[Offer]) -> Offers:
    """Return the offers with every name at one of them alone.

    A media type means the form that is sent as it; an alias that several have, the last of them. What has
    nothing to give up stays the object it is.
    """
    types = {offer.media_type for offer in offers}
    last = {alias: at for at, offer in enumerate(offers) for alias in offer.aliases}
    result = []
    for at, offer in enumerate(offers):
        aliases = tuple(a for a in offer.aliases if a not in types and last[a] == at)
        result.append(offer if aliases == offer.aliases else replace(offer, aliases=aliases))
    return Offers(result)
