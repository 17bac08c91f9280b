"""Terms, canonical lines, literal forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpld.iris import Iris, is_key, slug
from ogpld.rdf import (
    NS,
    XSD,
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    canonical_blank_nodes,
    canonical_lines,
    parse_quads,
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
