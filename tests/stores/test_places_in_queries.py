"""What is refused in the text of a query says where it stands, in one way."""

from __future__ import annotations

import pytest
from support.running import ROOT

from ogpld.errors import OgpldError, QueryError, QueryForbiddenError
from ogpld.stores.explain import syntax_error
from ogpld.stores.guard import check
from ogpld.stores.service_clauses import service_clauses
from ogpld.stores.tokens import scan


def _refusal_of(text: str, reader: str) -> QueryError:
    if reader == "parser":
        return syntax_error(SyntaxError("error at 2:3: expected x"), text)
    readers = {
        "guard": lambda: check(text, 10_000),
        "tokens": lambda: list(scan(text)),
        "services": lambda: service_clauses(text),
    }
    with pytest.raises(QueryError) as caught:
        readers[reader]()
    return caught.value


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        ("tokens", "SELECT *\n{ ` }"),
        ("tokens", "SELECT *\n{ \\u0041 }"),
        ("parser", "SELECT *\n{ ?s }"),
        ("parser", "SELECT *\n{ x:y ?p ?o }"),
        ("guard", "SELECT * {\n  SERVICE <http://x.example/> { ?s ?p ?o } }"),
        ("guard", "\n  DELETE WHERE { ?s ?p ?o }"),
        ("guard", "SELECT * {\n  SERVICE:x { ?s ?p ?o } }"),
        ("services", "SELECT * {\n  SERVICE ?x { ?s ?p ?o } }"),
        ("services", "SELECT * {\n  SERVICE <http://x.example/> { ?s ?p ?o"),
    ],
)
def test_a_refusal_ends_with_its_place(reader: str, text: str) -> None:
    """In the sentence and in its fields, also in another process."""
    error = _refusal_of(text, reader)
    assert (error.line, error.column) == (2, 3)
    assert error.message.endswith(" (line 2, column 3)")
    assert OgpldError.from_dict(error.to_dict()).to_dict() == error.to_dict()


def test_a_refusal_without_a_place_is_one() -> None:
    """An update that the protocol knows by its parameter stands nowhere in a query."""
    error = QueryForbiddenError("this endpoint is read-only")
    assert (error.line, error.column) == (None, None)
    assert OgpldError.from_dict(error.to_dict()).message == "this endpoint is read-only"


def test_places_are_written_in_one_module() -> None:
    """Others ask `refusal` for the error, so that none forgets the fields."""
    files = [
        p for p in (ROOT / "ogpld").rglob("*.py") if ", column {column})" in p.read_text("utf-8")
    ]
    assert [path.name for path in files] == ["tokens.py"]
