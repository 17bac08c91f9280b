"""Terms, canonical lines, literal forms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpld.iris import Iris, is_key, slug
from ogpld.rdf import (
    NS,
    XSD,
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    Triple,
    canonical_blank_nodes,
    canonical_lines,
    canonical_triples,
    parse_quads,
    read_triples,
    serialise,
)
from ogpld.validate.lexical import lexical_form_problem


@pytest.mark.parametrize(
    ("text", "datatype", "good"),
    [
        ("7", "integer", True),
        ("07", "integer", False),
        ("+7", "integer", False),
        ("1.5", "decimal", True),
        ("1.50", "decimal", False),
        ("true", "boolean", True),
        ("1", "boolean", False),
        ("2016-07-01", "date", True),
        ("2016-07-01Z", "date", False),
        ("2016", "gYear", True),
        ("2016-01-01T00:00:00Z", "dateTime", True),
        ("2016-01-01T00:00:00.0Z", "dateTime", False),
        ("x", "anyURI", False),
    ],
)
def test_only_canonical_forms_are_published(text: str, datatype: str, *, good: bool) -> None:
    """The forms of docs/contract.md#literals, and no others."""
    assert (lexical_form_problem(Literal(text, datatype=XSD(datatype))) is None) is good


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=20))
def test_equal_datasets_have_equal_lines(pairs: list[tuple[str, str]]) -> None:
    """Order and repetition do not matter, and every line parses back."""
    quads = [Quad(NS("s"), NS("p"), Literal(a + b), NS("g")) for a, b in pairs]
    lines = canonical_lines(quads)
    assert lines == canonical_lines([*reversed(quads), *quads])
    assert set(parse_quads("".join(lines).encode(), "nq")) == set(quads)


def test_blank_nodes_are_refused_in_data() -> None:
    """Published data has none; the ontology's are named canonically."""
    quad = Quad(BlankNode("a"), NS("p"), Literal("x"), NS("g"))
    with pytest.raises(ValueError, match="blank node"):
        canonical_lines([quad])
    graph = NamedNode("http://x.example/graph/ontology")
    assert canonical_lines(canonical_blank_nodes([quad], graph), blank_in={graph.value})


@given(st.text(max_size=40))
def test_slugs_are_keys_or_empty(text: str) -> None:
    """Whatever a name is written in, its slug can be a key."""
    assert not slug(text) or is_key(slug(text))


def test_iris_follow_the_policy() -> None:
    """The forms of docs/contract.md#iris."""
    iris = Iris("https://data.example.org/")
    assert (
        iris.thing("commitment", "EE0045").value == "https://data.example.org/id/commitment/EE0045"
    )
    assert iris.source("estonia", "estonia.csv", 25).value.endswith(
        "/source/estonia/estonia.csv#row=25"
    )
    assert iris.path("https://data.example.org/id/x/y") == "/id/x/y"
    assert iris.path("https://elsewhere.example/id/x/y") is None
    with pytest.raises(ValueError, match="not a valid"):
        iris.thing("commitment", "../etc")


#: Terms whose text could be taken for the end of a statement, or for the name of its graph.
ENDINGS = [
    *map(NamedNode, ("http://e/o", "http://e/\u00a0o", "http://e/g")),
    BlankNode("b.1"),
    *map(
        Literal,
        (
            *(
                "",
                " ",
                ".",
                " .",
                '"',
                '" .',
                "a <http://e/g> .",
                '<http://e/g> "',
                '" <http://e/g> .',
            ),
            *(
                "two\nlines <http://e/g> .\n",
                "\r\t\x0b\x85\u2028",
                "back\\",
                '\\" .',
                "_:b .",
                "\x00\x7f",
            ),
        ),
    ),
    *(Literal('say "x" <y>', language=tag) for tag in ("en", "en-gb", "zh-hant-tw")),
    *(Literal('a" <b> .', datatype=XSD(name)) for name in ("date", "integer", "string")),
]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["http://e/s", "http://e/s1", "http://e/s#part"]),
            st.sampled_from(["http://e/p", "http://e/p1"]),
            st.one_of(st.sampled_from(ENDINGS), st.text(max_size=6).map(Literal)),
            st.sampled_from([DefaultGraph(), NamedNode("http://e/g"), NamedNode("http://e/o")]),
        ),
        max_size=12,
    )
)
def test_triples_of_quads_are_sorted_and_without_graphs(statements: list[Any]) -> None:
    """What the engine wrote as quads is what it writes as triples, in the order of their texts, each once."""
    quads = [Quad(NamedNode(s), NamedNode(p), *pair) for s, p, *pair in statements]
    triples = sorted({quad.triple for quad in quads}, key=str)
    written = canonical_triples((), serialise(quads, "nq"))
    assert written == serialise(triples, "nt")
    assert read_triples(written) == triples
    assert canonical_triples(reversed(triples)) == written
    assert canonical_triples(triples[1:], serialise(quads[:3], "nq")) == canonical_triples(
        [*triples[1:], *(quad.triple for quad in quads[:3])]
    )


def test_triples_of_anything_else_are_refused() -> None:
    """No line is lost without a word: statements about statements, and what the engine does not write."""
    node = NamedNode("http://e/s")
    quoted = Triple(node, node, Triple(node, node, Literal("a")))
    for text in (serialise([quoted], "nt"), b"<http://e/s>  <http://e/p> 'a' .\n", b"# none\n"):
        with pytest.raises(ValueError, match="engine"):
            canonical_triples((), text)
