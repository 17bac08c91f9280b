"""Whether a query names graphs: then it wants the dataset, else the union of the visible graphs is enough.

Where in doubt it does. What counts is the words GRAPH and FROM, wherever they stand: also as a part of a
longer word, and in front of a prefix, because the engine's parser wants no blank after them.
"""

from __future__ import annotations

from collections.abc import Collection

from ogpld.errors import QueryError
from ogpld.stores import Query
from ogpld.stores.tokens import mentions, scan

WORDS = ("graph", "from")


def names_graphs(query: Query, present: Collection[str] = ()) -> bool:
    """Say whether a query can be answered only by a store that holds named graphs.

    Args:
        query: the query.
        present: named graphs that any store holds; a dataset of nothing else wants no more.
    """
    dataset = {*query.default_graphs, *query.named_graphs}
    if dataset:
        return not dataset <= set(present)
    if not mentions(query.text, WORDS):
        return False
    try:
        return any(_is_word(token.kind, token.text) for token in scan(query.text))
    except QueryError:  # the store says what is wrong with it
        return True


def _is_word(kind: str, text: str) -> bool:
    if kind == "name":
        text = text.partition(":")[0]
    return kind in {"word", "name"} and mentions(text, WORDS)
