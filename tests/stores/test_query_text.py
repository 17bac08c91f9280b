"""What a query is written with: numbers the engine cannot hold, characters nobody sees."""

from __future__ import annotations

import pytest

from ogpld.errors import QueryNumberError, QuerySyntaxError
from ogpld.stores import Query, Store
from ogpld.stores.embedded import EmbeddedStore

XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("ASK { FILTER(12345678901234567890 > 1) }", 14, "12345678901234567890 is too large"),
        ("ASK { FILTER(9223372036854775808 > 1) }", 14, "too large"),
        ("ASK { FILTER(-9223372036854775808 < 1) }", 15, "too large"),
        ('ASK { FILTER("12345678901234567890"^^xsd:integer > 1) }', 14, "too large"),
        ('ASK { FILTER("18446744073709551615"^^xsd:unsignedLong > 1) }', 14, "too large"),
        (
            'ASK { ?s ?p """+99999999999999999999"""^^<http://www.w3.org/2001/XMLSchema#integer> }',
            13,
            "too large",
        ),
        ('ASK { VALUES ?x { "99999999999999999999" ^^ xsd:long } }', 19, "no xsd:long"),
        (
            'ASK { FILTER("9\\u0039999999999999999999"^^<http://www.w3.org/2001/XMLSchema#\\u0069nteger> > 1) }',
            14,
            "too large",
        ),
        (
            'PREFIXx:<http://www.w3.org/2001/XMLSchema#> ASK { FILTER("12345678901234567890"^^x:integer > 1) }',
            58,
            "too large",
        ),
        (
            'BASE <http://www.w3.org/2001/> PREFIX x: <XMLSchema#> ASK { FILTER("12345678901234567890"^^x:integer > 1) }',
            68,
            "too large",
        ),
        (
            'ASK { FILTER("\\t12345678901234567890"^^xsd:integer > 1) }',
            14,
            "too large",
        ),
        ("ASK { FILTER(0.1234567890123456789 < 1) }", 14, "more than 18 digits"),
        ('ASK { FILTER("0.1234567890123456789"^^xsd:decimal < 1) }', 14, "more than 18 digits"),
        ("ASK { FILTER(170141183460469231732.0 > 1) }", 14, "too large"),
        ('ASK { FILTER("999999999999999999999999"^^xsd:decimal > 1) }', 14, "too large"),
        ('SELECT (isNumeric("1200"^^xsd:byte) AS ?x) {}', 19, "1200 is no xsd:byte"),
        ('SELECT ("-1"^^xsd:nonNegativeInteger AS ?x) {}', 9, "no xsd:nonNegativeInteger"),
    ],
)
def test_a_number_that_does_not_fit_is_named(
    store: Store, text: str, column: int, says: str
) -> None:
    """The engine's false would be a wrong answer."""
    with pytest.raises(QueryNumberError) as refused:
        store.answer(Query(XSD + text))
    error = refused.value
    assert (error.code, error.status, error.line, error.column) == ("query-number", 400, 2, column)
    assert says in error.message
    assert error.hint


@pytest.mark.parametrize(
    "text",
    [
        "ASK { FILTER(9223372036854775807 > 1 && -9223372036854775807 < 1) }",
        "ASK { FILTER(12345678901234567890.5 > 1 && 0.1234567890123456780 < 1 && 1.2e19 > 1) }",
        'ASK { FILTER("-9223372036854775808"^^xsd:long < 1 && "255"^^xsd:unsignedByte > 1) }',
        'ASK { FILTER("12345678901234567890" != "x" && "0000000000000000000000001"^^xsd:integer = 1) }',
        'PREFIX x: <http://x.example/> ASK { FILTER(STR("12345678901234567890"^^x:integer) != "") }',
        "ASK { FILTER(STRLEN('12345678901234567890') = 20) # 12345678901234567890\n }",
        "ASK { FILTER(BOUND(?v12345678901234567890) = false) }",
    ],
)
def test_what_fits_is_answered(store: Store, text: str) -> None:
    """Numbers of 64 bits are answered; digits inside names and strings are not taken for numbers."""
    assert b"true" in store.answer(Query(XSD + text)).body


def test_a_byte_order_mark_in_front_is_dropped(store: Store) -> None:
    """Editors of Windows write one."""
    assert b"true" in store.answer(Query("\ufeffASK {}")).body


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("ASK\u00a0{ }", 4, "U+00A0 (no-break space)"),
        ("ASK { ?s\u200b ?p ?o }", 9, "U+200B (zero width space)"),
        ("ASK { ?s ?p\u00ad ?o }", 12, "U+00AD (soft hyphen)"),
        ("ASK {\u2028 ?s ?p ?o }", 6, "U+2028 (line separator)"),
        ("ASK { ?s ?p \u201ctext\u201d }", 13, "U+201C (left double quotation mark)"),
        ("ASK { FILTER(?x = \u2018a\u2019) }", 19, "U+2018 (left single quotation mark)"),
        ("ASK { FILTER(1 \u2212 1 = 0) }", 16, "U+2212 (minus sign)"),
        ("ASK { FILTER(1 \u2013 1 = 0) }", 16, "U+2013 (en dash)"),
        ("ASK { ?s ?p ?o }\ufeff", 17, "U+FEFF (zero width no-break space)"),
        ("ASK { ?s ?p ?o\ufeff }", 15, "U+FEFF (zero width no-break space)"),
        ("ASK { ?s a\u200bb:c ?o }", 11, "U+200B (zero width space)"),
        ("ASK {\x0c ?s ?p ?o }", 6, "U+000C (a control character)"),
        ("ASK { ?s ?p \u3000?o }", 13, "U+3000 (ideographic space)"),
        ("ASK { ?s ?p ?o \u202e}", 16, "U+202E (right-to-left override)"),
    ],
)
def test_an_odd_character_is_named_with_its_place(
    store: Store, text: str, column: int, says: str
) -> None:
    """By code point and name, and what to do about it."""
    with pytest.raises(QuerySyntaxError) as refused:
        store.answer(Query("# the first line\n" + text))
    error = refused.value
    assert (error.code, error.line, error.column) == ("query-syntax", 2, column)
    assert says in error.message
    assert error.hint


def test_a_curly_quote_that_should_have_ended_a_string_is_named(store: Store) -> None:
    """The string has no end; the hint says which character looks like one."""
    with pytest.raises(QuerySyntaxError) as refused:
        store.answer(Query('ASK { ?s ?p "text\u201d }'))
    assert "U+201D" in refused.value.hint


def test_the_same_characters_inside_strings_iris_and_comments_are_data() -> None:
    """Invisible characters are allowed inside strings, IRIs and comments; names may have joiners and any script."""
    store = EmbeddedStore()
    odd = "\u00a0\u200b\u201c\u201d\u2028\ufeff\u2013"
    text = f"# {odd.replace(chr(0x2028), '')}\nSELECT ('{odd}' AS ?имя) (1 AS ?\u0645\u06cc\u200c\u062e) {{ FILTER(<http://x/\u201c> != 1) }}"
    assert "\u201c" in store.answer(Query(text, ("csv", ""))).body.decode()
