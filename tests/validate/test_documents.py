"""A stranger's document: the same statements in every format, and one clear error for each bad one."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from ogpld.errors import DocumentError
from ogpld.model import Model
from ogpld.model.context import Context, make_context
from ogpld.rdf import BlankNode, quads_to_graph
from ogpld.validate.documents import KINDS, read_document
from ogpld.validate.jsonld import DEPTH

BASE = "http://localhost:8000/"
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
TURTLE = """@prefix e: <http://e.org/> .
e:a e:p "text"@en , 1 , e:b ; e:q [ e:r <relative> ] .
"""


@pytest.fixture(scope="module")
def context(model: Model) -> Context:
    """Our JSON-LD context."""
    return make_context(model)


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("turtle", "text/turtle; charset=utf-8"),
        ("nt", "application/n-triples"),
        ("xml", "application/rdf+xml"),
        ("json-ld", "application/ld+json"),
        ("trig", ".trig"),
        ("nt", "nq"),
    ],
)
def test_every_format_says_the_same(form: str, kind: str) -> None:
    """Blank nodes have other names, everything else is equal."""
    wanted = Graph().parse(data=TURTLE, format="turtle", publicID=BASE)
    content = wanted.serialize(format=form, encoding="utf-8")
    quads = read_document(content, kind, base=BASE, context=None)
    assert isomorphic(quads_to_graph(quads), wanted)


def test_every_kind_is_read_by_its_name() -> None:
    """The suffix tells the form where no type does."""
    for kind in (k for k in KINDS if "/" not in k):
        with pytest.raises(DocumentError) as error:
            read_document(
                b"%%", "application/octet-stream", name=f"x.{kind}", base=BASE, context=None
            )
        assert error.value.code == "document-malformed"


def test_our_context_is_known_and_no_other(context: Context) -> None:
    """By its address, alone, in a list, and inside of a node."""
    inner = {
        "@context": BASE + "context.jsonld",
        "id": BASE + "id/commitment/X1",
        "type": "Commitment",
    }
    for document in (
        inner,
        {**inner, "@context": [inner["@context"], {"x": "http://e.org/x"}]},
        {"@graph": [inner]},
        {**inner, "@context": f"{BASE}context/{context.digest}.jsonld"},
    ):
        text = json.dumps(document).encode()
        (quad,) = read_document(text, "jsonld", base=BASE, context=context)
        assert str(quad.object) == "<https://w3id.org/ogpld/ns#Commitment>"


def test_blank_nodes_never_clash() -> None:
    """Two documents with the same label have two nodes."""
    first, second = (
        read_document(b"_:x <http://e.org/p> 1 .", "ttl", base=BASE, context=None) for _ in range(2)
    )
    assert isinstance(first[0].subject, BlankNode)
    assert first[0].subject != second[0].subject


BAD: dict[str, tuple[str, bytes, str, int | None]] = {
    "no Turtle": ("ttl", b"a,b\n1,2\n", "document-malformed", 1),
    "cut Turtle": ("ttl", b'<http://e.org/a> <http://e.org/p>\n "x .', "document-malformed", 2),
    "unknown prefix": ("ttl", b"\n<http://e.org/a> dct:x 1 .", "document-malformed", 2),
    "bad IRI": ("ttl", b"<http://e.org/a b> <http://e.org/p> 1 .", "document-malformed", 1),
    "empty JSON": ("jsonld", b"", "document-malformed", 1),
    "broken JSON": ("jsonld", b'{"a":\n 1,,}', "document-malformed", 2),
    "NaN": ("jsonld", b'{"http://e.org/p": NaN}', "document-malformed", None),
    "huge number": (
        "jsonld",
        b'{"http://e.org/p": ' + b"9" * 5000 + b"}",
        "document-malformed",
        None,
    ),
    "deep JSON": ("jsonld", b"[\n" * (DEPTH + 1) + b"]" * (DEPTH + 1), "document-too-large", 65),
    "very deep JSON": ("jsonld", b'{"a":' * 200_000, "document-too-large", 1),
    "deep Turtle": (
        "ttl",
        b"<http://e.org/a> <http://e.org/p> " + b"(" * 200_000,
        "document-malformed",
        1,
    ),
    "brackets": ("jsonld", b'"' + b"[" * 100 + b'" x', "document-malformed", 1),
    "DOCTYPE": ("rdf", b'<?xml version="1.0"?>\n<!DOCTYPE x>\n<x/>', "document-forbidden", 2),
    "small doctype": ("rdf", b"<!doctype x []><x/>", "document-forbidden", 1),
    "no namespaces": ("rdf", b"<x/>", "document-malformed", None),
    "Latin 1 XML": (
        "rdf",
        b'<?xml version="1.0" encoding="ISO-8859-1"?><x/>',
        "document-malformed",
        1,
    ),
    "open XML": ("rdf", XML.encode(), "document-malformed", 1),
    "not UTF-8": ("ttl", b"\n\n# \xff\n", "document-malformed", 3),
    "UTF-16": ("ttl", "<a:a> <a:b> 1 .".encode("utf-16"), "document-malformed", None),
    "NUL": ("nt", b"\n\0", "document-malformed", 2),
    "RDF-star": (
        "ttl",
        b"<http://e.org/a> <http://e.org/p> <<( <a:b> <a:c> 1 )>> .",
        "document-forbidden",
        None,
    ),
    "long text": (
        "nt",
        b'<http://e.org/a> <http://e.org/p> "' + b"x" * 140_000 + b'" .',
        "document-too-large",
        None,
    ),
    "unknown type": ("text/markdown", b"# x", "document-type", None),
    "no type": ("", b"# x", "document-type", None),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_document_has_one_clear_error(case: str) -> None:
    """A code, a sentence without the parser's own prefix, and a line where there is one."""
    kind, content, code, line = BAD[case]
    with pytest.raises(DocumentError) as error:
        read_document(content, kind, base=BASE, context=None)
    assert error.value.code == code
    assert "Parser error" not in error.value.message
    assert error.value.message
    assert (error.value.where.line if error.value.where else None) == line


def test_the_number_of_statements_is_bounded() -> None:
    """The limit is named."""
    content = b"".join(b"<http://e.org/%d> <http://e.org/p> 1 .\n" % n for n in range(11))
    with pytest.raises(DocumentError, match="more than 10 statements"):
        read_document(content, "ttl", base=BASE, context=None, statements=10)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address on this machine, and what was heard there."""
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)

    def listen() -> None:
        while server.fileno() >= 0:
            try:
                connection, _ = server.accept()
            except OSError:
                continue
            heard.append(connection.recv(100))
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/", heard
    server.close()
    thread.join()


def test_nothing_is_fetched(listener: tuple[str, list[bytes]], context: Context) -> None:
    """Contexts, imports and entities elsewhere are refused by name, and nobody is asked."""
    address, heard = listener
    for document in (
        {"@context": address, "a": 1},
        {"@context": [{}, address]},
        {"@context": {"@import": address}, "a": 1},
        {"@context": {"p": {"@id": "http://e.org/p", "@context": address}}, "p": {}},
        {"http://e.org/p": {"@context": address}},
        {"@included": [{"@context": f"{address}context.jsonld"}]},
    ):
        with pytest.raises(DocumentError) as error:
            read_document(json.dumps(document).encode(), "jsonld", base=BASE, context=context)
        assert error.value.code == "document-forbidden"
        assert address[:-1] in error.value.message
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}">]>{XML}</rdf:RDF>'
    with pytest.raises(DocumentError):
        read_document(entity.encode(), "rdf", base=BASE, context=None)
    assert heard == []
