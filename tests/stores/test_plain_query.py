"""What is plain is handed to the engine as it is: nothing that is done about other queries would change it."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.corpus import corpus, read

from ogpld.stores import Query
from ogpld.stores.dataset_words import names_graphs
from ogpld.stores.describe_query import read_describe
from ogpld.stores.graph_clauses import rewrite_graphs
from ogpld.stores.numbers import check_numbers
from ogpld.stores.path_ends import check_paths
from ogpld.stores.plain_query import is_plain
from ogpld.stores.projection import name_columns
from ogpld.stores.regex_dialect import translate
from ogpld.stores.search_patterns import read_searches

_PIECES = (
    *("SELECT", "DESCRIBE", "Construct", "ASK", "WHERE", "{", "}", "(", ")", "?a", "$b", "<x:c>", "\u0131"),
    *("GRAPH", "graph?g", "FROM", "fRom", "x:GRAPH", "*", "?", "+", "/", "|", "^", "^^", "!", " ", "\n"),
    *('"1"', "xsd:byte", "1234567890", ".", "REGEX(", "replace", '"a"', "#", "text:query", "\\u0041"),
    *("DE\u017fCRIBE", "ogpld:search", "ql:contains-word", "\u212a", "a", "ex:p"),
)  # fmt: skip


class _NoEngine:
    """Fails whoever has something looked up."""

    def query(self, query: str, /, *, base_iri: str | None = None) -> NoReturn:
        """Fail."""
        raise AssertionError((query, base_iri))

    def __call__(self, query: str) -> NoReturn:
        """Fail."""
        raise AssertionError(query)


def _assert_nothing_to_do(text: str) -> None:
    nothing = _NoEngine()
    check_numbers(text)
    check_paths(text, nothing, nothing)
    assert translate(text) is text
    assert rewrite_graphs(text, nothing, nothing) is text
    assert name_columns(text, nothing) is text
    assert read_searches(text) is None
    assert not names_graphs(Query(text))


def test_nothing_is_done_about_plain_queries(root: Path) -> None:
    """Hostile queries, those that only look so, and our own: many are plain, and many are not."""
    texts = [case.text for case in corpus()]
    texts += [text for text in read("decoys") if isinstance(text, str)]
    texts += [path.read_text() for path in (root / "ogpld/queries").rglob("*.rq")]
    plain = [text for text in texts if is_plain(Query(text))]
    for text in plain:
        _assert_nothing_to_do(text)
        if "SELECT" in text:
            assert read_describe(text) is None
    assert 40 < len(plain) < len(texts) - 20


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=12), st.sampled_from(("", " ")))
def test_nothing_is_done_whatever_is_plain(pieces: list[str], between: str) -> None:
    """Also where words stand together, in another case, or in other letters."""
    text = between.join(pieces)
    if is_plain(Query(text)):
        _assert_nothing_to_do(text)


@pytest.mark.parametrize(
    "text",
    [
        "describe <x:a>",
        "ASK { GRAPH ?g { ?s ?p ?o } }",
        "ASK FROM <x:a> { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o }",
        "ASK { <x:a> <x:p>? ?o }",
        "ASK { FILTER(12345678901234567890 > 1) }",
        'ASK { ?s ?p "1200"^^<http://www.w3.org/2001/XMLSchema#byte> }',
        'ASK { ?s ?p ?o FILTER(ReGeX(?o, "a")) }',
        "ASK { ?s <http://jena.apache.org/text#query> 'a' }",
    ],
)
def test_what_is_not_plain(text: str) -> None:
    """Each thing that something may have to be done about."""
    assert not is_plain(Query(text))


@pytest.mark.parametrize("dataset", [{"default_graphs": ("x:a",)}, {"named_graphs": ("x:a",)}])
def test_a_dataset_of_the_protocol_is_not_plain(dataset: dict[str, tuple[str, ...]]) -> None:
    """It names graphs, which may have to be loaded."""
    assert is_plain(Query("ASK { ?s ?p ?o }"))
    assert not is_plain(Query("ASK { ?s ?p ?o }", **dataset))  # type: ignore[arg-type]
