"""REGEX and REPLACE mean what XPath says, or are refused."""

from __future__ import annotations

import json

import pytest

from ogpld.errors import QueryRegexError, QuerySyntaxError
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.stores.regex_dialect import translate


def value(expression: str) -> str:
    """Return what an expression gives, "" for nothing."""
    answer = EmbeddedStore().answer(Query(f"SELECT ({expression} AS ?x) {{}}", ("json", "")))
    (row,) = json.loads(answer.body)["results"]["bindings"]
    return row["x"]["value"] if row else ""


@pytest.mark.parametrize(
    ("text", "pattern", "matches"),
    [
        ("bcd", r"^[a-z-[aeiou]]+$", True),
        ("abc", r"^[a-z-[aeiou]]+$", False),
        ("ABC", r"^[^a-z-[XYZ]]+$", True),
        ("AXC", r"^[^a-z-[XYZ]]+$", False),
        ("ad", r"^[a-z-[b-y-[d]]]+$", True),
        ("ae", r"^[a-z-[b-y-[d]]]+$", False),
        ("_", r"^\w$", False),
        ("€", r"^\w$", True),
        ("é", r"^\w+$", True),
        ("\u00a0", r"^\s$", False),
        (" ", r"^\s$", True),
        ("a b", r"^[\w\s]+$", True),
        ("a-b", r"^[\w\s]+$", False),
        ("a-b", r"^[\w\-]+$", True),
        ("-", r"^[^\W_]$", False),
        ("ab", r"^\i\c$", True),
        ("1b", r"^\i\c$", False),
        ("é-", r"^\i\c$", True),
        ("&", r"^[a&&b]$", True),
        ("~", r"^[~~]$", True),
        ("-", r"^[a-]$", True),
        ("-", r"^[-a]$", True),
        ("+", r"^[+--]$", True),
        ("#", r"^[#.*]$", True),
        ("[", r"^[\[\]]$", True),
        ("a", r"^\p{Ll}$", True),
        ("A", r"^[\p{Ll}\d]$", False),
        ("ab", r"^(?:a|b){2,3}?$", True),
    ],
)
def test_a_pattern_matches_as_xpath_says(text: str, pattern: str, matches: bool) -> None:  # noqa: FBT001
    """Sets taken from sets, letters, blanks, names, signs that the engine reads in its own way."""
    subject = json.dumps(text, ensure_ascii=False)
    assert value(f"REGEX({subject}, {json.dumps(pattern)})") == str(matches).lower()


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (r'REPLACE("cost 5", "5", "\\$5")', "cost $5"),
        (r'REPLACE("abc", "(b)", "[$1x]")', "a[bx]c"),
        (r'REPLACE("abc", "(b)", "[$12]")', "a[b2]c"),
        (r'REPLACE("abc", "b", "\\\\")', "a\\c"),
        (r"REPLACE('abc', 'b', '''\\$''')", "a$c"),
        (r'REPLACE("A.B", ".", "\\$", "q")', "A\\$B"),
        (r'REGEX("abc", "A B", "ix")', "true"),
        (r'REGEX("a#b", "a # b", "x")', "true"),
        (r'REGEX("a b", "a\\sb", "x")', "true"),
        (r'REGEX("a b", "^a[ ]b$", "x")', "true"),
        (r'REGEX("a", "^\\p{Lu}$", "i")', "false"),
        (r'REGEX("\n", "^.$", "s")', "true"),
        (r'REPLACE(REPLACE("a_b", "\\w", "x"), "_", "(\\$)")', "x($)x"),
    ],
)
def test_what_is_put_in_is_as_xpath_says(expression: str, wanted: str) -> None:
    """Groups, dollar signs, backslashes, whatever quotes the query has."""
    assert value(expression) == wanted


@pytest.mark.parametrize(
    "call",
    [
        r'REGEX("aa", "(a)\\1")',
        r'REGEX("ab", "a\\b")',
        r'REGEX("A", "(?i)a")',
        r'REGEX("a", "\\x61")',
        r'REGEX("a", "\\p{IsBasicLatin}")',
        r'REGEX("a", "\\p{Latin}")',
        r'REGEX("a", "a++")',
        r'REGEX("a", "a{,2}")',
        r'REGEX("a", "[a[b]]")',
        r'REGEX("a", "[]")',
        r'REGEX("a", "[a")',
        r'REGEX("a", "[a-\\d]")',
        r'REGEX("a", "[a-c-e]")',
        r'REGEX("a", "a{2,1}")',
        r'REGEX("a", "*a")',
        r'REGEX("a", "(a")',
        r'REGEX("a/b", "a\\/b")',
        r'REGEX("a", "[\\p{Lu}x]", "i")',
        r'REGEX("a", "a", "U")',
        r'REGEX("a", "a\\")',
        r'REPLACE("a", "a", "$")',
        r'REPLACE("a", "a", "$x")',
        r'REPLACE("a", "a", "\\n")',
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(call: str) -> None:
    """The engine would find nothing, or something else, and not say so."""
    with pytest.raises(QueryRegexError) as refused:
        value(call)
    assert refused.value.code == "query-regex"
    assert refused.value.line == 1
    assert refused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p ?o FILTER REGEX(?o, "^Abc.*[0-9]+$", "i") }',
        'ASK { FILTER(REPLACE("a", "b", "c") = "a") }',
        "ASK { FILTER(REGEX(?x, ?y)) }",
    ],
)
def test_most_texts_stay_as_they_are(text: str) -> None:
    """The same object: nothing is copied."""
    assert translate(text) is text


def test_errors_elsewhere_have_their_places() -> None:
    """A syntax error names the place in the query as sent, not in its translation."""
    text = r'ASK { FILTER REGEX("a", "\\w\\w\\w") ?s ?p }'
    with pytest.raises(QuerySyntaxError) as error:
        EmbeddedStore().answer(Query(text))
    assert (error.value.code, error.value.column) == ("query-syntax", text.index("}") + 1)
