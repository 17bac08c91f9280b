"""Patterns mean what XPath and XML Schema say, or are refused; never what another dialect says."""

from __future__ import annotations

import pytest
from support.strategies import HEAD, quads_of

from ogpld.errors import UsageError
from ogpld.rdf import Literal
from ogpld.shacl.judge import python_regex
from ogpld.shacl.validator import validate
from ogpld.stores.xpath_regex import RegexError, blocks, engine_regex

#: Pattern, flags, a text that matches, one that does not.
CASES = [
    (r"^[a-z-[aeiou]]+$", "", "bcd", "aei"),
    (r"^[\w-[\d]]+$", "", "ab", "ab1"),
    (r"^[^a-z-[A-Z]]$", "", "1", "B"),
    (r"^[a-z-[m-p-[n]]]$", "", "n", "m"),
    (r"^\i\c*$", "", "a-b.c", "1a"),
    (r"^[\i-[:]][\c-[:]]*$", "", "a", "a:b"),
    (r"^\p{IsBasicLatin}+$", "", "abc", "é"),
    (r"^\P{IsBasicLatin}+$", "", "é", "a"),
    (r"^[\p{IsGreek}\s]+$", "", "αβ δ", "abc"),
    (r"^\p{Lu}\p{Ll}$", "", "Éa", "ea"),
    (r"^\w$", "", "+", "_"),
    (r"^\W$", "", "_", "+"),
    (r"^\s$", "", "\t", "\u00a0"),
    (r"^\d$", "", "٣", "a"),
    (r"^.$", "", "é", "\r"),
    (r"^.$", "s", "\n", "ab"),
    (r"^b$", "m", "a\nb\nc", "a\nbc"),
    (r"^b$", "", "b", "b\n"),
    (r"^[&&]$", "", "&", "a"),
    (r"^[a~~b]$", "", "~", "c"),
    (r"^[a-]$", "", "-", "b"),
    (r"^[-a]$", "", "-", "b"),
    (r"^a b$", "x", "ab", "a b"),
    (r"^[a b]$", "x", " ", "c"),
    (r"a.b", "q", "xa.by", "a+b"),
    (r"A.B", "qi", "xa.by", "a+b"),
    (r"[^Q]", "i", "a", "q"),
    (r"^[A-Z-[IO]]$", "i", "b", "o"),
    (r"^\p{Lu}$", "i", "A", "a"),
    (r"^a{2,3}?$", "", "aa", "a"),
    (r"^(?:ab|c)+$", "", "abc", "abx"),
    (r"^\$\{\\\}$", "", "${\\}", "$"),
    (r"\-\.\^\/", "", "-.^/", "x"),
    (r"^é$", "i", "É", "e"),
]
REFUSED = {
    r"(a)\1": "references back",
    r"\bfoo": r"\b means nothing",
    r"\x41": r"\x means nothing",
    r"\u00e9": r"\u means nothing",
    r"(?i)a": "(?:",
    r"(?=a)": "(?:",
    r"a++": "repeat",
    r"*a": "repeat",
    r"a{2,1}": "no quantity",
    r"a{,2}": "no quantity",
    r"{": "repeat",
    r"[[:alpha:]]": "[ stands in a class",
    r"[]a]": "empty",
    r"[b-a]": "range",
    r"[a-c-e]": "between no two characters",
    r"[\w-.]": "between no two characters",
    "[a-" * 9 + "z" + "]" * 9: "nested more than 8 deep",
    r"[a": "not closed",
    r"(a": "not closed",
    r"a)": "not opened",
    r"\p{Greek}": "no category or block",
    r"\p{IsNowhere}": "no category or block",
    r"\pL": "braces",
    "a\\": "backslash",
}


def conforms(pattern: str, flags: str, text: str, more: str = "") -> bool:
    """Whether a text is what a shape with a pattern wants."""
    data = quads_of(HEAD + f":a :n {Literal(text)} .")
    option = f"; sh:flags {Literal(flags)}" if flags else ""
    rule = f"sh:property [ sh:path :n ; sh:pattern {Literal(pattern)} {option} ]"
    return not validate(
        data, quads_of(HEAD + f":S a sh:NodeShape ; sh:targetNode :a ; {rule} {more} .")
    ).results


@pytest.mark.parametrize(("pattern", "flags", "good", "bad"), CASES)
def test_a_pattern_means_what_xpath_says(pattern: str, flags: str, good: str, bad: str) -> None:
    """One text matches, another does not."""
    assert conforms(pattern, flags, good)
    assert not conforms(pattern, flags, bad)


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    """With the shape, the pattern, the reason and what to do; never a verdict."""
    with pytest.raises(UsageError) as caught:
        conforms(pattern, "", "a")
    assert REFUSED[pattern] in caught.value.message
    assert "fn:matches" in caught.value.hint


def test_an_unknown_flag_is_refused() -> None:
    """U is Rust's, a is Python's."""
    for flag in "Uau":
        with pytest.raises(UsageError, match="none of s, m, i, x, q"):
            conforms("a", flag, "a")


RECURSIVE = "; sh:property [ sh:path :q ; sh:node :S ]"


@pytest.mark.parametrize(("pattern", "flags", "good", "bad"), CASES)
def test_pyshacl_says_the_same_or_nothing(pattern: str, flags: str, good: str, bad: str) -> None:
    """A shape that refers to itself is judged by pySHACL: right, or refused."""
    try:
        python_regex(pattern, flags)
    except RegexError:
        with pytest.raises(UsageError, match="pySHACL has another dialect"):
            conforms(pattern, flags, good, RECURSIVE)
        return
    assert conforms(pattern, flags, good, RECURSIVE)
    assert not conforms(pattern, flags, bad, RECURSIVE)


def test_pyshacl_takes_the_plain_ones() -> None:
    """Refusing all would pass the test above."""
    for pattern, flags in (
        ("^b$", ""),
        ("^b$", "m"),
        ("^.$", ""),
        ("[^Q]", "i"),
        ("^a{2,3}?$", ""),
        ("^[^ -,:-@\\[-`{-~]+$", "i"),
        ("^[- .]$", ""),
    ):
        assert python_regex(pattern, flags)


def test_every_block_is_one_the_engine_takes() -> None:
    """348 names, those XML Schema 1.0 had and Unicode has changed since among them."""
    assert len(blocks()) > 340
    for name in blocks():
        assert engine_regex(f"\\p{{Is{name}}}", "")
    everything = "".join(f"\\p{{Is{name}}}" for name in blocks())
    assert conforms(f"^[{everything}]$", "", "a")
