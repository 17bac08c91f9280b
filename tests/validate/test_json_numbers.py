"""Numbers of JSON-LD become what JSON-LD 1.1 API says (Object to RDF Conversion)."""

from __future__ import annotations

import pytest

from ogpld.errors import DocumentError
from ogpld.rdf import Literal, NamedNode
from ogpld.validate.documents import read_document

XSD = "http://www.w3.org/2001/XMLSchema#"
CONTEXT = "".join(
    f'"{name}": {{"@id": "http://e/{name}", "@type": "{XSD}{name}"}}, '
    for name in ("double", "integer", "decimal", "float")
)
WHOLE = {
    "0": "0",
    "-0": "0",
    "0.0": "0",
    "1.0": "1",
    "-5": "-5",
    "1e2": "100",
    "1.5e3": "1500",
    "9007199254740993": "9007199254740993",
    "9223372036854775808": "9223372036854775808",
    "12345678901234567890": "12345678901234567890",
    "1e20": "100000000000000000000",
    "1E+20": "100000000000000000000",
    "12.5e19": "125000000000000000000",
    "-1.0e20": "-100000000000000000000",
    "123456789012345678901": "123456789012345678901",
    "123456789012345678901.0": "123456789012345678901",
    "999999999999999999999": "999999999999999999999",
    "0.000001e26": "100000000000000000000",
}
DOUBLES = {
    "1.5": "1.5E0",
    "1e-7": "1.0E-7",
    "-2.25": "-2.25E0",
    "1e21": "1.0E21",
    "1000000000000000000000": "1.0E21",
    "-1e22": "-1.0E22",
}


def read(value: str, key: str = "http://e/plain") -> list[Literal]:
    """The literals of a document with one value, or several."""
    text = f'{{"@context": {{{CONTEXT} "json": {{"@id": "http://e/json", "@type": "@json"}}}}, "@id": "http://e/a", "{key}": {value}}}'
    quads = read_document(text.encode(), "jsonld", base="http://b/", context=None)
    return [quad.object for quad in quads if isinstance(quad.object, Literal)]


def literal(text: str, name: str) -> Literal:
    """A literal of a datatype of XML Schema."""
    return Literal(text, datatype=NamedNode(XSD + name))


@pytest.mark.parametrize("number", WHOLE)
def test_a_number_without_fraction_is_an_integer(number: str) -> None:
    """Below 10^21; with a type that is no double, its digits have that type."""
    assert read(number) == [literal(WHOLE[number], "integer")]
    for name in ("integer", "decimal", "float"):
        assert read(number, name) == [literal(WHOLE[number], name)]


@pytest.mark.parametrize("number", DOUBLES)
def test_other_numbers_are_doubles(number: str) -> None:
    """In canonical form; also under another type, as the specification has it."""
    assert read(number) == [literal(DOUBLES[number], "double")]
    assert read(number, "decimal") == [literal(DOUBLES[number], "decimal")]


def test_a_whole_number_of_type_double() -> None:
    """Its canonical form."""
    assert read("1e20", "double") == [literal("1.0E20", "double")]
    assert read("-125000000000000000000", "double") == [literal("-1.25E20", "double")]
    assert read("5", "double") == [literal("5.0E0", "double")]


def test_only_numbers_are_touched() -> None:
    """Texts, keys and JSON literals say what they said."""
    assert read('["1e20", 1e20]') == [
        Literal("1e20"),
        literal("100000000000000000000", "integer"),
    ]
    (triple,) = read('{"1e20": [1e20, "1e20", 3]}', "json")
    assert triple.value == '{"1e20":[100000000000000000000,"1e20",3]}'
    assert read('["\\"1e20", 1e20, 2e20]')[1:] == [
        literal("100000000000000000000", "integer"),
        literal("200000000000000000000", "integer"),
    ]


@pytest.mark.parametrize("tag", ["x-easy", "i-klingon", "sr-Latn", "zh-Hant-TW", "de-CH-1996"])
def test_language_tags_of_every_kind_are_read(tag: str) -> None:
    """They come out in lower case (contract)."""
    assert read(f'{{"@value": "a", "@language": "{tag}"}}') == [Literal("a", language=tag.lower())]


@pytest.mark.parametrize("tag", ["en_US", "en-x", "de-1", "a", "toolonglanguage"])
@pytest.mark.parametrize(
    "document",
    [
        '{"@id": "http://e/a", "http://e/p": {"@value": "a", "@language": "%s"}}',
        '{"@context": {"@language": "%s"}, "@id": "http://e/a", "http://e/p": "a"}',
        '{"@context": {"p": {"@id": "http://e/p", "@container": "@language"}}, "p": {"%s": "a"}}',
        '{"@context": {"p": {"@id": "http://e/p", "@container": ["@language"]}}, "p": {"%s": ["a"]}}',
    ],
)
def test_what_is_no_language_tag_is_refused(tag: str, document: str) -> None:
    """The parser would drop the text without a word."""
    with pytest.raises(DocumentError, match="is not a language tag: "):
        read_document((document % tag).encode(), "jsonld", base="http://b/", context=None)
