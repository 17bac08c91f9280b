"""A stranger's document: the same statements in every format, and one clear error for each bad one."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from support.running import ROOT

from ogpld.errors import DocumentError
from ogpld.formats import FORMATS, Statements
from ogpld.model import Model
from ogpld.model.context import Context, make_context
from ogpld.rdf import BlankNode, canonical_triples, parse_quads, quads_to_graph
from ogpld.release import Release
from ogpld.stores.embedded import EmbeddedStore
from ogpld.validate.document_terms import TERM
from ogpld.validate.document_xml import DEPTH as XML_DEPTH
from ogpld.validate.documents import KINDS, read_document
from ogpld.validate.json_text import DEPTH, DIGITS
from ogpld.validate.safe_jsonld import CONTEXTS
from ogpld.validate.task import TABLES
from ogpld.web.http.submission import ACCEPTED

BASE = "http://localhost:8000/"
OWN = f"{BASE}context.jsonld"
HOSTILE = ROOT / "tests/hostile/documents"
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
TURTLE = """@prefix e: <http://e.org/> .
e:a e:p "text"@en , "\u202eright to left <<" , 1 , e:b ; e:q [ e:r <relative> ] , ( 1 2 ) .
"""


@pytest.fixture(scope="module")
def context(model: Model) -> Context:
    """Our JSON-LD context."""
    return make_context(model)


def refused(content: bytes, kind: str, **options: Any) -> DocumentError:
    """Return the error of a document that has to have one."""
    with pytest.raises(DocumentError) as error:
        read_document(content, kind, base=BASE, **{"context": None, **options})
    return error.value


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
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_format_says_the_same(form: str, kind: str, mark: bytes) -> None:
    """Blank nodes have other names, everything else is equal; a byte order mark is no matter."""
    wanted = Graph().parse(data=TURTLE, format="turtle", publicID=BASE)
    content = mark + wanted.serialize(format=form, encoding="utf-8")
    quads = read_document(content, kind, base=BASE, context=None)
    assert isomorphic(quads_to_graph(quads), wanted)


def test_what_we_publish_is_read_back_in_every_format(release: Release, context: Context) -> None:
    """A document of ours, taken from the site, says here what it says there."""
    store = EmbeddedStore.load(release.data)
    marks = (line.split(b" ")[0].decode().strip("<>").split("#")[0] for line in release.lines())
    things = sorted({iri for iri in marks if iri.startswith(f"{BASE}id/")})
    for iri in things[::25]:
        description = store.describe(iri, 100)
        triples = {q.triple for q in parse_quads(description.quads, "nq")}
        for form in FORMATS:
            content = form.write(Statements(canonical_triples(triples), iri, context, OWN))
            quads = read_document(content, form.type, base=BASE, context=context)
            assert {q.triple for q in quads} == triples, (iri, form.name)


@pytest.mark.parametrize("kind", ["trig", "nq"])
def test_graphs_keep_their_names(kind: str) -> None:
    """TriG and N-Quads say in which graph a statement is."""
    statement = "<http://e.org/a> <http://e.org/p> <http://e.org/b>"
    graph = "<http://e.org/g>"
    text = f"{graph} {{ {statement} }}" if kind == "trig" else f"{statement} {graph} ."
    (quad,) = read_document(text.encode(), kind, base=BASE, context=None)
    assert str(quad.graph_name) == graph


def test_every_kind_is_read_by_its_name() -> None:
    """The suffix tells the form where no type does."""
    for kind in (k for k in KINDS if "/" not in k):
        error = refused(b"%%", "application/octet-stream", name=f"x.{kind}")
        assert error.code == "document-malformed"


def test_an_unknown_type_is_told_what_can_be_read() -> None:
    """With its own words, and every suffix."""
    error = refused(b"# x", "text/markdown; charset=utf-8")
    assert (error.code, error.status) == ("document-type", 415)
    assert "'text/markdown'" in error.message
    assert all(f".{kind}" in error.hint for kind in KINDS if "/" not in kind)


def test_our_context_is_known_and_no_other(context: Context) -> None:
    """By its address, relative or not, alone, in a list, inside of a node, and with its digest."""
    inner = {"@context": OWN, "id": BASE + "id/commitment/X1", "type": "Commitment"}
    for document in (
        inner,
        {**inner, "@context": "/context.jsonld"},
        {**inner, "@context": "context.jsonld"},
        {**inner, "@context": [OWN, {"x": "http://e.org/x"}]},
        {"@graph": [inner]},
        {"@included": [inner]},
        {"@context": {"x": {"@id": "@included", "@context": OWN}}, "x": [{**inner}]},
        {**inner, "@context": f"{BASE}context/{context.digest}.jsonld"},
    ):
        quads = read_document(json.dumps(document).encode(), "jsonld", base=BASE, context=context)
        assert [str(q.object) for q in quads] == ["<https://w3id.org/ogpld/ns#Commitment>"]
    older = json.dumps({**inner, "@context": f"{BASE}context/0123456789abcdef.jsonld"})
    assert refused(older.encode(), "jsonld", context=context).code == "document-forbidden"


def test_our_context_changes_nothing_else(context: Context) -> None:
    """Numbers keep their digits, and an error its line."""
    text = f'{{"@context": "{OWN}",\n"http://e.org/p": 12345678901234567890123.5,\n"id": "a b"}}'
    error = refused(text.encode(), "jsonld", context=context)
    assert error.where
    assert (error.where.line, error.message) == (3, "'a b' is not an IRI")
    (quad,) = read_document(text.replace("a b", "a").encode(), "jsonld", base=BASE, context=context)
    (alone,) = read_document(
        b'{"@id": "a", "http://e.org/p": 12345678901234567890123.5}',
        "jsonld",
        base=BASE,
        context=None,
    )
    assert quad == alone


def test_blank_nodes_never_clash() -> None:
    """Two documents with the same label have two nodes."""
    first, second = (
        read_document(b"_:x <http://e.org/p> 1 .", "ttl", base=BASE, context=None) for _ in range(2)
    )
    assert isinstance(first[0].subject, BlankNode)
    assert first[0].subject != second[0].subject


EXPECTED: dict[str, dict[str, Any]] = json.loads((HOSTILE / "expected.json").read_text())


def test_the_corpus_is_complete() -> None:
    """Every file has an expectation, and none is waited for in vain."""
    assert {p.name for p in HOSTILE.iterdir()} == {"expected.json", *EXPECTED}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_document_has_one_clear_error(name: str, context: Context) -> None:
    """A code, a sentence of one clean line, and a line of the document where one is known."""
    error = refused((HOSTILE / name).read_bytes(), "", name=name, context=context)
    assert error.where
    assert error.where.file == name
    assert {"code": error.code, "line": error.where.line} == EXPECTED[name]
    assert error.message.isprintable()
    assert len(error.message) < 400
    for noise in ("Parser error", " at line ", "Some(", "LoadDocument"):
        assert noise not in error.message


CONFINED = """
import json, resource, sys
from pathlib import Path
from ogpld.errors import DocumentError
from ogpld.model import load_model
from ogpld.model.context import make_context
from ogpld.validate.documents import read_document

context = make_context(load_model())
files = {p.name: p.read_bytes() for p in Path(sys.argv[1]).iterdir() if p.suffix != ".json"}
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
codes = {}
for name, content in files.items():
    try:
        read_document(content, "", name=name, base="http://localhost:8000/", context=context)
    except DocumentError as error:
        codes[name] = error.code
print(json.dumps(codes))
"""


def test_no_file_is_opened() -> None:
    """A process that can open nothing, not even a module or a codec, finds the same errors."""
    done = subprocess.run(
        [sys.executable, "-c", CONFINED, str(HOSTILE)],
        capture_output=True,
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    wanted = {n: e["code"] for n, e in EXPECTED.items() if not n.endswith(".json")}
    assert json.loads(done.stdout) == wanted


STATEMENT = "<http://e.org/a> <http://e.org/p> "
LONG = "y" * 100_000
NODES = ", ".join(['{"@id": "p:1", "p:2": {"@id": "p:3"}}'] * 50_000)
#: Documents too big to be files: kind, content, code.
BIG: dict[str, tuple[str, str, str]] = {
    "deep JSON": ("jsonld", "[" * (DEPTH + 1) + "]" * (DEPTH + 1), "document-too-large"),
    "very deep JSON": ("jsonld", '{"a":' * 200_000, "document-too-large"),
    "open string": ("jsonld", '{"a": "' + '[\\"' * 300_000, "document-malformed"),
    "digits": ("jsonld", '{"http://e.org/p": ' + "9" * (DIGITS + 1) + "}", "document-malformed"),
    "contexts": (
        "jsonld",
        json.dumps([{"@context": OWN, "type": "Member"}] * (CONTEXTS + 1)),
        "document-too-large",
    ),
    "JSON prefix": (
        "jsonld",
        f'{{"@context": {{"p": "http://e.org/{LONG}/"}}, "@graph": [{NODES}]}}',
        "document-too-large",
    ),
    "JSON vocabulary": (
        "jsonld",
        f'{{"@context": [{{"@vocab": "http://e.org/{LONG}/"}}], "@graph": [{NODES}]}}',
        "document-too-large",
    ),
    "Turtle prefix": (
        "ttl",
        f"@prefix p: <http://e.org/{LONG}/> .\n" + "p:1 p:2 p:3 .\n" * 50_000,
        "document-too-large",
    ),
    "XML namespace": (
        "rdf",
        XML.replace("e.org/", f"e.org/{LONG}/") + "<e:A><e:p/></e:A>" * 50_000 + "</rdf:RDF>",
        "document-too-large",
    ),
    "XML base": (
        "rdf",
        XML[:-1]
        + f' xml:base="http://e.org/{LONG}/">'
        + '<e:A rdf:about="x"/>' * 50_000
        + "</rdf:RDF>",
        "document-too-large",
    ),
    "deep XML": (
        "rdf",
        XML + "<e:A><e:p>" * XML_DEPTH + "</e:p></e:A>" * XML_DEPTH + "</rdf:RDF>",
        "document-too-large",
    ),
    "open lists": ("ttl", STATEMENT + "(" * 200_000, "document-malformed"),
    "open nodes": ("ttl", STATEMENT + "[ <http://e.org/p> " * 100_000, "document-malformed"),
    "triple terms": (
        "ttl",
        STATEMENT + f"<<( {STATEMENT}" * 100_000 + "1" + ")>>" * 100_000 + " .",
        "document-forbidden",
    ),
    "triple terms behind strings": (
        "ttl",
        STATEMENT
        + '"a\'" , \'"\' , \'\'\'"""\'\'\' , """\'\'\'\\"""" , '
        + f"<<( {STATEMENT}" * 100_000,
        "document-forbidden",
    ),
    "long text": ("nt", f'{STATEMENT}"{"x" * (TERM + 1)}" .', "document-too-large"),
    "long name": ("nq", f"{STATEMENT}<a:b> <a:{'x' * TERM}> .", "document-too-large"),
    "longest text": ("nt", f'{STATEMENT}"{"x" * 17_000_000}" .', "document-too-large"),
}


@pytest.mark.parametrize("case", BIG)
def test_a_big_document_is_refused_before_it_grows(case: str, context: Context) -> None:
    """Neither the stack nor the memory of the process is what ends it."""
    kind, content, code = BIG[case]
    assert refused(content.encode(), kind, context=context).code == code


def test_honest_nesting_is_read() -> None:
    """Up to the bound JSON nests, lists may be long, and strings may hold any sign."""
    deep = '{"http://e.org/p": ' * DEPTH + "1" + "}" * DEPTH
    assert len(read_document(deep.encode(), "jsonld", base=BASE, context=None)) == DEPTH
    many = f'{STATEMENT}({" 1" * 10_000}) , \'<<\' , """<<( """ . # <<'
    assert len(read_document(many.encode(), "ttl", base=BASE, context=None)) == 20_003


def test_nothing_said_is_no_error() -> None:
    """A document may be empty; whether that conforms is not for the reader to say."""
    empty = {"ttl": "# nothing", "jsonld": "[]", "rdf": XML + "</rdf:RDF>", "nq": "", "json": "{}"}
    for kind, text in empty.items():
        assert read_document(text.encode(), kind, base=BASE, context=None) == []


def test_the_number_of_statements_is_bounded() -> None:
    """The limit is named, and may be reached."""
    content = b"".join(b'<http://e.org/%d> <http://e.org/p> "1" .\n' % n for n in range(11))
    assert "more than 10 statements" in refused(content, "nt", statements=10).message
    assert len(read_document(content, "nt", base=BASE, context=None, statements=11)) == 11


def test_nothing_is_fetched(listener: tuple[str, list[bytes]], context: Context) -> None:
    """Contexts, imports and entities elsewhere are refused by name, and nobody is asked."""
    address, heard = listener
    for document in (
        {"@context": address, "a": 1},
        {"@context": [{}, address]},
        {"@context": [OWN, address], "id": "a"},
        {"@context": {"@import": address}, "a": 1},
        {"@context": {"p": {"@id": "http://e.org/p", "@context": address}}, "p": {}},
        {"@context": {"T": {"@id": "http://e.org/T", "@context": [address]}}, "@type": "T"},
        {"http://e.org/p": {"@context": address}},
        {"@included": [{"@context": f"{address}context.jsonld"}]},
    ):
        error = refused(json.dumps(document).encode(), "jsonld", context=context)
        assert error.code == "document-forbidden"
        assert address[:-1] in error.message
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}">]>{XML}</rdf:RDF>'
    assert refused(entity.encode(), "rdf").code == "document-forbidden"
    assert heard == []


def test_the_parser_itself_fetches_nothing(listener: tuple[str, list[bytes]]) -> None:
    """Should a context ever slip past us, the parser has no way to ask for it."""
    address, heard = listener
    for document in ({"@context": address}, {"@context": {"@import": address}}):
        with pytest.raises(SyntaxError):
            list(parse_quads(json.dumps(document), "jsonld"))
    assert heard == []


def test_what_the_page_accepts_is_what_is_read() -> None:
    """The web may not import what reads documents, so its list is held to it here."""
    for kind in ACCEPTED:
        for name in (kind.type, kind.name, *kind.suffixes):
            assert name in KINDS or name in TABLES, name
