"""Give `SELECT *` its columns in the order the query names them.

SPARQL 1.1 leaves that order open; the engine sorts by name, and who writes `?s ?p ?o` wants a table in
that order. Which variables are in scope only the engine knows (section 18.2.1), so it is asked, over no
data; the star is then replaced by them.
"""

from __future__ import annotations

import pyoxigraph as ox

from ogpld.stores.empty_store import QueryParser
from ogpld.stores.tokens import Token, scan

_BEFORE_STAR = frozenset({"SELECT", "DISTINCT", "REDUCED"})


def name_columns(text: str, parser: QueryParser, base: str = "") -> str:
    """Return a query whose `SELECT *` names its variables; any other one as it is.

    Args:
        text: a query that the engine reads.
        parser: an empty store.
        base: IRI that relative ones are resolved against.

    Raises:
        QuerySyntaxError: for text that has no tokens.
    """
    star = _star(text)
    if star is None:
        return text
    results = parser.query(text, base_iri=base or None)
    if not isinstance(results, ox.QuerySolutions):
        return text
    scope = {f"?{variable.value}" for variable in results.variables}
    written = dict.fromkeys(
        f"?{token.text[1:]}" for token in scan(text) if token.kind == "variable"
    )
    names = [name for name in written if name in scope]
    if not names or len(names) != len(scope):
        return text
    return f"{text[: star.start]}{' '.join(names)}{text[star.end :]}"


def _star(text: str) -> Token | None:
    """Return the star of a query that begins with `SELECT *`."""
    if "*" not in text:
        return None
    last = ""
    for token in scan(text):
        if token.text == "*" and token.depth == 0 and last in _BEFORE_STAR:
            return token
        if token.depth:
            return None
        last = token.keyword
    return None
