r"""Name the graphs of one release in a query, in place of the names they have in the release.

The dataset of the SPARQL Protocol is always sent, so FROM is taken out of the text (Protocol 2.1.4 says it
has no effect then, but not every engine knows). A graph that is named becomes the graph of that name in the
store; with a variable

    GRAPH ?g { P }   becomes   { VALUES (?g ?ogpld_graph1) { (<g1> <s1>) … } GRAPH ?ogpld_graph1 { P } }

which is Join(eval(D(s), P), {?g → g}) for each graph, as SPARQL 1.1 section 18.6 has it. The columns
`ogpld_graph…` are taken out of the answer. One pass over the tokens, without recursion; the text that is
rewritten was parsed before. What engines have beyond SPARQL 1.1, and might fetch or run with, is refused.

Comments and `\u` escapes are taken out first: section 19.2 lets an engine resolve escapes before it reads
anything, so that `"\u0022 } SERVICE …"` and a comment with `\u000A` would be more to it than they were here.
A blank follows `<` that compares: section 19.8 reads `?a<?b&&?c>1` as an IRI, our own engine does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ogpld.errors import QueryError, QueryForbiddenError
from ogpld.rdf import XSD
from ogpld.stores import Query
from ogpld.stores.graph_clauses import check_keywords, dataset_of
from ogpld.stores.named_dataset import graph_names
from ogpld.stores.query_names import QueryNames
from ogpld.stores.remote.release_graphs import HeldGraphs
from ogpld.stores.tokens import Token, place, quoted, refusal, replaced, scan, string_value

#: Columns with names that begin so are ours.
HELPER = "ogpld_graph"
#: Names under which engines run more than queries.
_OF_ENGINES = re.compile(
    r"(?:bif|sql|java|tag:stardog[^:]*):|https?://(?:jena\.(?:apache\.org|hpl\.hp\.com)/"
    r"|www\.(?:openlinksw\.com/schemas|ontotext\.com|bigdata\.com)/)",
    re.IGNORECASE,
)
#: What compares, and begins an IRI where nothing but `>` ends it.
_LESS = frozenset({"<", "<="})
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`]*")


@dataclass(frozen=True, slots=True)
class StoreQuery:
    """A query as a store gets it.

    Attributes:
        text: the query.
        default: `default-graph-uri` of the protocol.
        named: `named-graph-uri` of the protocol.
    """

    text: str
    default: tuple[str, ...]
    named: tuple[str, ...]


def for_store(query: Query, text: str, graphs: HeldGraphs, nothing: str) -> StoreQuery:
    """Return a query over the graphs that a store holds of a release.

    Args:
        query: says dataset and base.
        text: the query's text; it was parsed before.
        graphs: those of the release.
        nothing: name of a graph that no store has.

    Raises:
        QueryError: for text that has no tokens, or a dataset whose names are none.
        QueryForbiddenError: for what only some engine knows.
    """
    text = _plain(text)
    tokens = list(scan(text))
    check_keywords(tokens, text)
    dataset_of(text, tokens)  # refuses keywords that are written together with others
    names = QueryNames(tokens, query.base)
    _check_names(text, tokens, names)
    edits, default, named = _without_from(tokens, names)
    if query.default_graphs or query.named_graphs:
        default, named = list(query.default_graphs), list(query.named_graphs)
        graph_names((*default, *named))  # refuses what is none
    chosen = bool(default or named)
    held = (
        {name: graphs.named[name] for name in named if name in graphs.named}
        if chosen
        else graphs.named
    )
    more = list(_graph_clauses(tokens, names, held, nothing))
    done = [edit for edit in (*edits, *more) if edit[0] < edit[1]]
    edits += _absolute(
        [t for t in tokens if not any(a <= t.start < b for a, b, _ in done)], names, query.base
    )
    united = [graphs.named.get(name, nothing) for name in default] if chosen else [graphs.union]
    return StoreQuery(
        replaced(text, [*edits, *more]),
        tuple(dict.fromkeys(united)) or (nothing,),
        (*sorted(set(held.values())), nothing) if more else (),
    )


def counting(text: str) -> str:
    """Return the query that counts the solutions a CONSTRUCT is made from."""
    tokens = list(scan(text))
    verb = next(number for number, token in enumerate(tokens) if token.keyword == "CONSTRUCT")
    start = tokens[verb + 1]
    if start.text == "{":  # the template
        start = next(t for t in tokens[verb + 2 :] if t.text == "}" and t.frame is start.frame)
        rest = text[start.end :]
    else:
        rest = text[start.start :]
    return f"{text[: tokens[verb].start]}SELECT (COUNT(*) AS ?n) {{ SELECT * {rest} }}"


def _plain(text: str) -> str:
    """Return a query that says the same to whoever reads it otherwise than we do (see above)."""
    edits, end = [], 0
    for token in scan(text):
        edits.append((end, token.start, " " if end < token.start else ""))
        end = token.end
        if token.kind == "string" and "\\" in token.text:
            edits.append((token.start, token.end, quoted(string_value(token))))
        elif token.text in _LESS:
            edits.append((end, end, " "))
    return replaced(text, [*edits, (end, len(text), "")])


def _check_names(text: str, tokens: Sequence[Token], names: QueryNames) -> None:
    """Refuse SERVICE, functions that are not SPARQL's, and names with which engines do more."""
    for number, token in enumerate(tokens):
        if token.keyword == "SERVICE":  # whoever puts solutions in its place has done so before
            raise _forbidden(text, token)
        if number < names.prologue or token.kind not in {"iri", "name"}:
            if token.kind == "iri" and _OF_ENGINES.match(token.text[1:]):
                raise _forbidden(text, token)
            continue
        iri = names.resolve(token)
        if _OF_ENGINES.match(iri):
            raise _forbidden(text, token)
        follows = tokens[number + 1] if number + 1 < len(tokens) else None
        called = follows is not None and follows.text == "(" and follows.frame.role == "expression"
        if called and iri not in XSD:
            raise refusal(
                QueryError,
                place(text, token.start),
                f"the function <{iri}> is not known here",
                "use the functions of SPARQL 1.1 section 17.4",
                code="query-unknown-function",
            )


def _forbidden(text: str, token: Token) -> QueryForbiddenError:
    return refusal(
        QueryForbiddenError,
        place(text, token.start),
        f"{token.text} may have an engine of others fetch or run something",
        "use the functions of SPARQL 1.1 section 17, and no SERVICE",
    )


def _without_from(
    tokens: Sequence[Token], names: QueryNames
) -> tuple[list[tuple[int, int, str]], list[str], list[str]]:
    """Return edits that take FROM out, and the graphs it names."""
    edits: list[tuple[int, int, str]] = []
    default: list[str] = []
    named: list[str] = []
    for number, token in enumerate(tokens):
        if token.depth or token.keyword != "FROM" or number < names.prologue:
            continue
        follows = tokens[number + 1]
        name = tokens[number + 2] if follows.keyword == "NAMED" else follows
        (named if follows.keyword == "NAMED" else default).append(names.resolve(name))
        edits.append((token.start, name.end, " "))
    return edits, default, named


def _absolute(tokens: Sequence[Token], names: QueryNames, base: str) -> list[tuple[int, int, str]]:
    """Return the edits that resolve relative IRIs; Virtuoso takes BASE in front of PREFIX only."""
    edits: list[tuple[int, int, str]] = []
    for number, token in enumerate(tokens):
        if token.kind != "iri":
            continue
        before = tokens[number - 1] if number else None
        if number < names.prologue and before is not None and before.keyword == "BASE":
            edits.append((before.start, token.end, " "))
        elif not _ABSOLUTE.fullmatch(token.text[1:-1]):
            scope = QueryNames(tokens[:number], base) if number < names.prologue else names
            edits.append((token.start, token.end, f"<{scope.resolve(token)}>"))
    return edits


def _graph_clauses(
    tokens: Sequence[Token], names: QueryNames, held: Mapping[str, str], nothing: str
) -> list[tuple[int, int, str]]:
    """Return the edits that name the graphs of a release in its GRAPH clauses."""
    edits: list[tuple[int, int, str]] = []
    opened: dict[int, str] = {}
    for number, token in enumerate(tokens):
        if token.text == "}" and id(token.frame) in opened:
            edits.append((token.end, token.end, opened[id(token.frame)]))
        if token.keyword != "GRAPH" or number + 2 >= len(tokens):
            continue
        name, opener = tokens[number + 1 : number + 3]
        if opener.text != "{" or name.kind not in {"variable", "iri", "name"}:
            continue
        if name.kind != "variable":
            graph = held.get(names.resolve(name), nothing)
            edits.append((name.start, name.end, f"<{graph}>"))
            if (
                graph == nothing
            ):  # it is in the dataset, because Virtuoso is wrong about what is not
                edits.append((token.start, token.start, "{ "))
                opened[id(opener.frame)] = " FILTER(false) }"
            continue
        helper = f"?{HELPER}{number}"
        opened[id(opener.frame)] = " }"
        rows = " ".join(f"(<{own}> <{graph}>)" for own, graph in sorted(held.items()))
        values = f"{{ VALUES (?{name.text[1:]} {helper}) {{ {rows} }} "
        edits.append((token.start, token.start, values))
        edits.append((name.start, name.end, helper))
    return edits
