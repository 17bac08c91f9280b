"""What is found by a query's template is what its own text gives, whatever its values are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpld.errors import QueryError
from ogpld.stores import guard
from ogpld.stores.fingerprint import Fingerprint
from ogpld.stores.query_templates import QueryTemplates

_BYTES = 10_000
_PIECES = (
    *(
        "SELECT",
        "ASK",
        "{",
        "}",
        "(",
        ")",
        "<",
        ">",
        "FILTER",
        "SERVICE",
        "?a",
        "&&",
        ".",
        ";",
        ",",
    ),
    *(
        "+",
        "-",
        "#",
        "\n",
        " ",
        " ",
        " ",
        '"',
        "'",
        '"""',
        "ex:a",
        "ex:",
        "@en",
        "^^",
        "a",
        "VALUES",
        "\\",
    ),
    *(
        "1",
        "22",
        "<a>",
        "<b:c>",
        "<b)SERVICE#>",
        '"x"',
        '"x y"',
        '"} SERVICE <a> {"',
        "1.5",
        "2e3",
        "[",
        "]",
    ),
)
_VALUE = re.compile(r'<[^<>"{}|^`\\\x00-\x20]++>|"[^"\\\n\r]++"|[0-9]++')


def _outcome(examine: object, text: str) -> Fingerprint | str:
    try:
        return examine(text)  # type: ignore[operator,no-any-return]
    except QueryError as error:
        return f"{type(error).__name__} {error}"


def _check(text: str) -> Fingerprint:
    return guard.check(text, _BYTES)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(_PIECES), max_size=24),
    st.lists(
        st.sampled_from(("<z>", "<1)SERVICE#>", '"q"', '"#"', '"\')"', "7", "123456")), min_size=8
    ),
)
def test_other_values_give_what_their_own_text_gives(pieces: list[str], values: list[str]) -> None:
    """Also where a value is none: in a comment, in a string, after a number that is compared."""
    text = "".join(pieces)
    templates = QueryTemplates(_check, _BYTES)
    _outcome(templates.examine, text)
    following = iter(values)
    other = _VALUE.sub(
        lambda match: next((v for v in following if v[0] == match[0][0]), match[0]), text
    )
    assert _outcome(templates.examine, other) == _outcome(_check, other)
    assert _outcome(templates.examine, text) == _outcome(_check, text)


def test_hostile_queries_are_refused_whatever_was_asked_before() -> None:
    """Each of the corpus twice, among honest ones of the same beginning."""
    corpus = json.loads((Path(__file__).parents[1] / "hostile/queries.json").read_text())
    texts = [text for entry in corpus if 0 < len(text := entry.get("query", "")) < _BYTES]
    assert len(texts) > 20
    templates = QueryTemplates(_check, _BYTES)
    for text in [*texts, *texts]:
        assert _outcome(templates.examine, text) == _outcome(_check, text)


def test_a_template_is_examined_once() -> None:
    """Another IRI, string or number in it costs no second look."""
    looks: list[str] = []

    def examine(text: str) -> Fingerprint:
        looks.append(text)
        return _check(text)

    templates = QueryTemplates(examine, _BYTES)
    text = 'SELECT ?o {{ <x:{}> ?p ?o FILTER(?o < {} && CONTAINS(?o, "{}")) }} LIMIT {}'
    results = [templates.examine(text.format(n, n, f"w{n}", n)) for n in range(50)]
    assert len(looks) == 1
    assert len({result.text for result in results}) == 50
    assert results[3] == _check(text.format(3, 3, "w3", 3))


@pytest.mark.parametrize("text", ['ASK { ?s ?p "é" }', "ASK {}" + " " * 200])
def test_a_text_that_is_too_long_is_refused(text: str) -> None:
    """A template says nothing of the length of its texts."""
    short = QueryTemplates(lambda t: guard.check(t, 20), 20)
    short.examine('ASK { ?s ?p "e" }')
    with pytest.raises(QueryError, match="longer"):
        short.examine(text + '"f"' * 9)
