"""Queries that nothing has to be done about: most are, and one look at the text says so.

It asks at once what each of those asks first who look for something: graphs (`dataset_words`,
`graph_clauses`), searches (`search_patterns`), regular expressions (`regex_dialect`), numbers (`numbers`),
ends of paths (`path_ends`), stars (`projection`) and DESCRIBE (`describe_query`).
"""

from __future__ import annotations

from ogpld.stores import Query, dataset_words, numbers, path_ends, regex_dialect, search_patterns
from ogpld.stores.tokens import mentions

_WORDS = (
    *dataset_words.WORDS,
    *regex_dialect.CALLS,
    *search_patterns.WORTH_A_LOOK,
    "describe",
    "*",
    "^^",
)


def is_plain(query: Query) -> bool:
    """Say whether the engine answers a query rightly as it is written, from the union; no where in doubt.

    What is no query is plain as well: the engine refuses it.
    """
    text = query.text
    return not (
        query.default_graphs
        or query.named_graphs
        or mentions(text, _WORDS)
        or numbers.LONG_NUMBER.search(text)
        or path_ends.WORTH_A_LOOK.search(text)
    )
