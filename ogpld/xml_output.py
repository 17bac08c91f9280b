"""What goes out as XML is well-formed, or is refused with the reason: RDF/XML and SPARQL results.

XML has no way to write some characters (XML 1.0 section 2.2), and RDF/XML none for a property that does
not end in a name (RDF 1.1 XML Syntax section 2.6). The answer is then 406 with a stable code (`xml-name`,
`xml-text`); other forms can carry the same statements. Whatever is sent, expat has read once.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from xml.parsers import expat

from ogpld.errors import NotWritableError
from ogpld.rdf import RDF, BlankNode, Literal, NamedNode, Triple, serialise, term_text

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = rf"{_START}\-.0-9\u00b7\u0300-\u036f\u203f\u2040"
_NCNAME = re.compile(f"[{_START}][{_PART}]*")
_LAST_PART = re.compile(f"[{_PART}]*\\Z")
_FIRST = re.compile(f"[{_START}]")
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPE = RDF("type")
#: Names that RDF/XML has for itself: as a property they are refused, or read as something else.
_RESERVED = frozenset(
    RDF(name).value
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li"),
        *("aboutEach", "aboutEachPrefix", "bagID"),
    )
)
#: What the library writes and expat reads, though RDF/XML has it not.
_SUSPECT = re.compile(
    rb'rdf:nodeID="(?![A-Za-z_])|<xmlns:'
    rb"|<rdf:(?:ID|about\w*|parseType|resource|nodeID|datatype|li|bagID)[ />]"
)
_XMLNS = "http://www.w3.org/2000/xmlns/"
_OTHER_GRAPHS = "ask for another form: text/turtle, application/n-triples or application/ld+json"
_OTHER_RESULTS = (
    "ask for another form: application/sparql-results+json, text/csv or text/tab-separated-values"
)


def write_rdfxml(triples: Iterable[Triple], prefixes: Mapping[str, str] | None = None) -> bytes:
    """Write RDF/XML 1.1.

    A class whose IRI cannot be the name of an element stands in `rdf:type`; blank nodes get names that XML
    has.

    Raises:
        NotWritableError: `xml-name` for a property, `xml-text` for a text that XML cannot hold.
    """
    statements = list(triples)
    try:
        body = serialise(statements, "rdf", dict(prefixes or {}))
    except OSError:  # a name that RDF/XML has for itself
        body = b""
    if not body or _SUSPECT.search(body) or fault_of(body) is not None:
        body = _with_care(statements, dict(prefixes or {}))
    return body.replace(b"\r", b"&#13;")  # XML reads a bare one as a line feed


def _with_care(triples: Sequence[Triple], prefixes: dict[str, str]) -> bytes:
    """Write what the library alone does not write right, or say why it cannot be written."""
    for predicate in dict.fromkeys(triple.predicate.value for triple in triples):
        if not is_element_name(predicate):
            raise _no_name(predicate)
    place = f"urn:uuid:{uuid.uuid4()}#"
    body = serialise(_with_xml_names(triples, NamedNode(f"{place}type")), "rdf", prefixes)
    body = body.replace(f'"{place}"'.encode(), f'"{RDF.iri}"'.encode())
    if (fault := fault_of(body)) is not None:
        raise _cause(triples, fault)
    return body


def check_results(body: bytes) -> None:
    """Hold SPARQL results in XML to XML 1.0.

    Raises:
        NotWritableError: `xml-text`, naming row and variable.
    """
    fault = fault_of(body)
    if fault is None:
        return
    text = body.decode("utf-8", "replace")
    place = _NO_CHARACTER.search(text)
    if place is None:
        raise NotWritableError(f"the results are no XML: {fault}", hint=_OTHER_RESULTS)
    before = text[: place.start()]
    row = before.count("<result>")
    variable = before.rpartition('<binding name="')[2].partition('"')[0]
    raise NotWritableError(
        f"the value of ?{variable} in row {row} holds {_named(place[0])}, which XML cannot have",
        hint=_OTHER_RESULTS,
        code="xml-text",
    )


def fault_of(body: bytes) -> str | None:
    """Return what is wrong with a document as XML, None where expat reads it."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)  # noqa: FBT003  (it takes no keyword)
    except expat.ExpatError as error:
        return str(error)
    return None


def is_element_name(iri: str) -> bool:
    """Say whether an IRI can be the name of an element for a property in RDF/XML."""
    last = _LAST_PART.search(iri)
    name = _FIRST.search(last[0]) if last else None
    start = last.start() + name.start() if last and name else 0
    return start > 0 and iri not in _RESERVED and iri[:start] != _XMLNS


def legible(text: str) -> str:
    """Return a text with U+FFFD for what XML cannot have, for titles that people read."""
    return _NO_CHARACTER.sub("\ufffd", text)


def _with_xml_names(triples: Sequence[Triple], kind: NamedNode) -> list[Triple]:
    """Return triples with blank nodes that are XML names, and classes that are none under `kind`."""
    used = {t.value for triple in triples for t in triple if isinstance(t, BlankNode)}
    names: dict[str, BlankNode] = {}
    for number, odd in enumerate(sorted(v for v in used if not _NCNAME.fullmatch(v))):
        name = f"n{number}"
        while name in used:
            name += "x"
        names[odd] = BlankNode(name)

    def changed(triple: Triple) -> Triple:
        subject, predicate, value = triple
        if isinstance(subject, BlankNode):
            subject = names.get(subject.value, subject)
        if isinstance(value, BlankNode):
            value = names.get(value.value, value)
        elif (
            predicate == _TYPE and isinstance(value, NamedNode) and not is_element_name(value.value)
        ):
            predicate = kind
        return Triple(subject, predicate, value)

    return [changed(triple) for triple in triples]


def _no_name(predicate: str) -> NotWritableError:
    why = (
        "RDF/XML has that name for itself"
        if predicate in _RESERVED
        else "it does not end in a name that an element of XML can have"
    )
    return NotWritableError(
        f"the property <{predicate}> cannot be written in RDF/XML: {why}",
        hint=_OTHER_GRAPHS,
        code="xml-name",
    )


def _cause(triples: Sequence[Triple], fault: str) -> NotWritableError:
    """Return which statement makes a document no XML."""
    for triple in triples:
        for term in (triple.object, triple.subject):
            if place := _NO_CHARACTER.search(term_text(term)):
                what = "text" if isinstance(term, Literal) else "address"
                return NotWritableError(
                    f"the {what} of <{triple.predicate.value}> of <{term_text(triple.subject)}> holds "
                    f"{_named(place[0])}, which XML cannot have",
                    hint=_OTHER_GRAPHS,
                    code="xml-text",
                )
    for predicate in dict.fromkeys(triple.predicate.value for triple in triples):
        name = _LAST_PART.findall(predicate)[0].lstrip("-.0123456789\u00b7")
        if fault_of(f"<{name}/>".encode()) is not None:  # a name that only XML of 2008 has
            return _no_name(predicate)
    return NotWritableError(f"the answer is no XML: {fault}", hint=_OTHER_GRAPHS)


def _named(character: str) -> str:
    return f"the character U+{ord(character):04X}"
