"""What engines are known to answer wrongly, and so are not asked (docs/engines.md has a row and a test each).

An engine is known by the Server header of its answers, or by its address. A query in doubt is an error of the
store, so whoever has another store, or the release itself, asks there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ogpld.stores.regex_dialect import translate
from ogpld.stores.tokens import Token, TokenFrame

_PATTERNS = frozenset({"triples", "terms"})
#: What Oxigraph takes for part of another graph, or of none, inside of GRAPH (`ogpld.stores.graph_clauses`).
_IN_GRAPH = frozenset({"SELECT", "VALUES", "BIND", "MINUS", "EXISTS", "GRAPH"})


def doubt(server: str, text: str, tokens: Sequence[Token]) -> str:
    """Return why an engine is not asked a query, "" where nothing is known against it.

    Args:
        server: what it calls itself (`server_name`).
        text: the query.
        tokens: those of the text.
    """
    for name, rule in _RULES.items():
        if server.lower().startswith(name):
            return rule(text, tokens)
    return ""


def server_name(header: str, address: str) -> str:
    """Return what an engine calls itself.

    Args:
        header: the Server header of its answers; RDF4J leaves that to the program it runs in.
        address: where it is asked, which RDF4J's REST API has under `/repositories/`; a balancer may hand
            that on to engines of other kinds, which say what they are.
    """
    is_named = header.lower().startswith(tuple(_RULES))
    is_rdf4j = "/repositories/" in address and not is_named
    return f"RDF4J in {header or 'a server'}" if is_rdf4j else header


def _oxigraph(text: str, tokens: Sequence[Token]) -> str:
    if _steps(tokens, "*?"):
        return "paths that may have no steps"
    inside = list(_inside_graph(tokens))
    if any(token.keyword in _IN_GRAPH for token in inside) or _steps(inside, "+|"):
        return "sub-SELECT, VALUES, BIND, MINUS, EXISTS, GRAPH and paths with + or | in GRAPH"
    if translate(text) is not text:
        return "regular expressions of XPath"
    return ""


def _inside_graph(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens between the brackets of GRAPH clauses."""
    opened: list[TokenFrame] = []
    for number, token in enumerate(tokens):
        if token.text == "{" and number > 1 and tokens[number - 2].keyword == "GRAPH":
            opened.append(token.frame)
        elif token.text == "}" and opened and opened[-1] is token.frame:
            opened.pop()
        elif opened:
            yield token


def _virtuoso(text: str, tokens: Sequence[Token]) -> str:
    del text
    return "paths that may lead back to where they began" if _steps(tokens, "*+") else ""


def _rdf4j(text: str, tokens: Sequence[Token]) -> str:
    del text
    counts = any(token.keyword in {"STRLEN", "SUBSTR"} for token in tokens)
    return "STRLEN and SUBSTR, which count UTF-16 units" if counts else ""


_RULES: dict[str, Callable[[str, Sequence[Token]], str]] = {
    "oxigraph": _oxigraph,
    "virtuoso": _virtuoso,
    "rdf4j": _rdf4j,
}


def _steps(tokens: Sequence[Token], operators: str) -> bool:
    """Say whether a path has one of some operators."""
    return any(
        token.kind == "symbol" and token.text in operators and token.frame.role in _PATTERNS
        for token in tokens
    )
