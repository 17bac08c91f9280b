"""Statements by subject, as JSON-LD takes them from lines, against what the engine reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpld.formats.nodes import by_subject, expanded
from ogpld.rdf import (
    XSD,
    BlankNode,
    Literal,
    NamedNode,
    Triple,
    canonical_triples,
    read_triples,
)

NODES = [NamedNode("http://e/a"), NamedNode("http://e/\u00a0b#c"), BlankNode("b.1")]
HARD = [
    "",
    '"',
    '" .',
    'a"@en .',
    '"^^<http://e/d> .',
    "\\",
    "\\n",
    "\\u0041",
    "\n\r\t\b\f",
    "\x00\x7f\x85\u2028",
    "\U0001f600",
]
texts = st.one_of(st.sampled_from(HARD), st.text(max_size=8))
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(
        lambda text, tag: Literal(text, language=tag), texts, st.sampled_from(["en", "zh-hant"])
    ),
    st.builds(lambda text: Literal(text, datatype=XSD("date")), texts),
)


@given(st.lists(st.tuples(st.sampled_from(NODES), st.one_of(st.sampled_from(NODES), literals))))
def test_lines_say_what_the_engine_reads(
    pairs: list[tuple[NamedNode | BlankNode, Literal]],
) -> None:
    """Nodes by name, literals with their language and datatype, in the order of the lines."""
    property_ = NamedNode("http://e/p")
    written = canonical_triples(Triple(subject, property_, value) for subject, value in pairs)
    expected: dict[str, list[object]] = {}
    for triple in read_triples(written):
        value = triple.object
        if isinstance(value, Literal):
            part: object = (
                value.value,
                value.language or "",
                XSD("string").value if value.language else value.datatype.value,
            )
        else:
            part = value.value if isinstance(value, NamedNode) else str(value)
        subject = triple.subject
        name = subject.value if isinstance(subject, NamedNode) else str(subject)
        expected.setdefault(name, []).append((property_.value, part))
    assert list(by_subject(written).items()) == list(expected.items())


def test_a_direction_is_kept() -> None:
    """A text with a direction fits no key of the context, and says it in expanded form."""
    line = b'<http://e/a> <http://e/p> "a"@ar--rtl .\n'
    ((subject, properties),) = by_subject(line).items()
    value = {"@value": "a", "@language": "ar", "@direction": "rtl"}
    assert expanded(subject, properties) == {"@id": "http://e/a", "http://e/p": [value]}


def test_no_line_is_left_out() -> None:
    """Statements about statements have no place in our JSON-LD."""
    node = NamedNode("http://e/a")
    with pytest.raises(ValueError, match="engine"):
        by_subject(canonical_triples([Triple(node, node, Triple(node, node, node))]))
