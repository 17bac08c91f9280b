"""Parse a query without asking any data: what another engine is sent is SPARQL 1.1 for this one first."""

from __future__ import annotations

from ogpld.stores import Query
from ogpld.stores.empty_store import EmptyStore
from ogpld.stores.explain import syntax_error
from ogpld.stores.projection import name_columns


def parse_query(query: Query) -> str:
    """Return the text of a query with the columns of `SELECT *` in the order it names them.

    It runs where queries run: the parser dies of what nests too deep.

    Raises:
        QuerySyntaxError: for a text that is no SPARQL 1.1.
    """
    empty = EmptyStore()
    try:
        empty.query(query.text, base_iri=query.base or None)
    except SyntaxError as error:
        raise syntax_error(error, query.text) from error
    except (ValueError, RuntimeError, OSError):
        return query.text  # it is a query; what cannot be evaluated is for the engine to say
    return name_columns(query.text, empty, query.base)
