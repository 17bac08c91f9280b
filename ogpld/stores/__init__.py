"""Answer SPARQL queries and describe things from one loaded release.

A store is read-only and belongs to one release. `ogpld.stores.embedded` answers in this process
and is for trusted callers (the command line, the build, tests); `ogpld.workers.pool` answers in
worker processes that can be killed, and is what `serve` uses, because nothing a caller sends runs in
the HTTP process. Both honour the protocol below, and one contract suite runs over both.

This module holds the plain data only, so that importing it costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from ogpld.stores.cancel_token import CancelToken
from ogpld.stores.fingerprint import Fingerprint

if TYPE_CHECKING:
    from ogpld.stores.text_search import Hits

__all__ = [
    "GRAPH_FORMS",
    "SOLUTION_FORMS",
    "Answer",
    "CancelToken",
    "Kind",
    "Query",
    "Store",
    "ThingDescription",
]

Kind = Literal["solutions", "boolean", "graph"]

#: Short names of the forms of SELECT and ASK results; the first one is the default.
SOLUTION_FORMS = ("json", "xml", "csv", "tsv")

#: Short names of the forms of CONSTRUCT and DESCRIBE results; the first one is the default.
GRAPH_FORMS = ("ttl", "nt", "rdf")


@dataclass(frozen=True, slots=True)
class Query:
    """Say what to run over which dataset and in which form the answer is wanted.

    Attributes:
        text: the SPARQL 1.1 query; prefixes are its own business, none are added. A byte order mark
            in front is dropped.
        forms: form for solutions and booleans, form for graphs. Both are given, because who
            negotiates does not know the kind of the query yet. "" means json or ttl.
        default_graphs: `default-graph-uri` of the protocol.
        named_graphs: `named-graph-uri` of the protocol. When either of the two is given, they
            are the whole dataset and FROM in the query is ignored (SPARQL 1.1 Protocol 2.1.4).
        fingerprint: fingerprint of the text (`QueryService.examine`); without it the service takes it first.
        base: IRI that relative ones are resolved against, "" for none (SPARQL 1.1, section 4.1.1).
        deadline: seconds for waiting and running; never more than the store's own limit.
        hits: what its searches for words find (`ogpld.stores.text_search`); without them the store looks
            them up.
    """

    text: str
    forms: tuple[str, str] = ("", "")
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    deadline: float | None = None
    base: str = ""
    fingerprint: Fingerprint | None = None
    hits: Hits | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.removeprefix("\ufeff"))

    def seconds(self, most: float) -> float:
        """Return the seconds that the query may take of those a store gives it."""
        return most if self.deadline is None else max(0.0, min(most, self.deadline))


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete result, serialised; there are no short answers.

    Attributes:
        kind: what the query asked for.
        form: the short name `body` is written in (one of `Query.forms` or a default).
        body: the bytes to send.
        rows: number of solutions or triples; None for a boolean.
    """

    kind: Kind
    form: str
    body: bytes
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class ThingDescription:
    """What a release says about one thing: the material of its document.

    Attributes:
        quads: sorted N-Quads with their graph names; empty when the release does not know it.
        incoming: for each predicate IRI, how many other things point here with it. `quads` holds
            only the first of them.
    """

    quads: bytes = b""
    incoming: Mapping[str, int] = field(default_factory=dict)


class Store(Protocol):
    """Answer questions about one release."""

    def answer(
        self, query: Query, *, trusted: bool = False, token: CancelToken | None = None
    ) -> Answer:
        """Run a query; `trusted` is for our own ones, which no guard and no row cap concerns.

        With the token the caller can end the query from another thread; a store in this process
        cannot be ended and takes no notice of it.

        Raises:
            QueryError: the query is wrong, refused or stopped; the subclass and code say which.
        """

    def describe(self, iri: str, links: int) -> ThingDescription:
        """Return the document graph of a thing with at most `links` incoming links a predicate."""

    def close(self) -> None:
        """Give back what the store holds; later calls raise."""
