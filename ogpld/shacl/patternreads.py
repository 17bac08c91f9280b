"""Find what a SPARQL-based constraint reads: its triple patterns, and the paths to them from `$this`.

Only plain patterns are understood: terms, `;` and `,`, sequences and inverse steps. Anything else
makes the query opaque, and opaque queries are asked in full whenever anything changed; so this may
give up, but never leave a pattern out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ogpld.rdf import RDF
from ogpld.shacl.property_paths import ReadStatement
from ogpld.stores.tokens import Token, scan

_CLAUSES = {"SELECT", "DISTINCT", "WHERE", "FILTER", "BIND", "OPTIONAL", "UNION", "NOT", "EXISTS"}
_AFTER = {"GROUP", "BY", "HAVING", "ORDER", "PREFIX"}
_NAMING = {"SELECT", "GROUP", "HAVING", "ORDER"}
_TYPE = str(RDF("type"))
_ENDS = {".", "{", "}"}


class UnknownPatternError(Exception):
    """The query has a pattern of which it is unknown what it reads."""


@dataclass(frozen=True, slots=True)
class _TriplePattern:
    """One triple pattern: a step from one term to another, in a group inside of groups."""

    subject: str
    predicate: str
    value: str
    groups: tuple[int, ...]


@dataclass(slots=True)
class _TriplePatterns:
    """Collect triple patterns from tokens, with prefixes expanded."""

    prefixes: dict[str, str] = field(default_factory=dict)
    edges: list[_TriplePattern] = field(default_factory=list)
    groups: tuple[int, ...] = ()
    fresh: int = 0

    def term(self, token: Token) -> str:
        """Return a variable as `?name`, an IRI as `<iri>`, a literal as it is written."""
        if token.kind == "variable":
            return "?" + token.text[1:]
        if token.kind == "name":
            prefix, _, name = token.text.partition(":")
            if prefix not in self.prefixes or "\\" in name:
                raise UnknownPatternError(token.text)
            return f"<{self.prefixes[prefix]}{name}>"
        if token.kind == "word" and token.text == "a":
            return str(RDF("type"))
        if token.kind in {"iri", "string", "number"} or token.text in {"true", "false"}:
            return token.text
        raise UnknownPatternError(token.text)

    def bracket(self, text: str) -> None:
        """Enter or leave a group graph pattern."""
        if text == "{":
            self.fresh += 1
            self.groups = (*self.groups, self.fresh)
        elif text == "}":
            self.groups = self.groups[:-1]

    def statements(self, tokens: list[Token]) -> None:
        """Take the patterns between two full stops or brackets."""
        subject, rest = self.term(tokens[0]), tokens[1:]
        while rest:
            verb, rest = self._verb(rest)
            while rest:
                value, rest = self.term(rest[0]), rest[1:]
                self._chain(subject, verb, value)
                if not rest or rest[0].text != ",":
                    break
                rest = rest[1:]
            if rest and rest[0].text != ";":
                raise UnknownPatternError(rest[0].text)
            rest = rest[1:]

    def _verb(self, tokens: list[Token]) -> tuple[list[tuple[str, bool]], list[Token]]:
        """Return the steps of a predicate or path, each with whether it is inverse."""
        steps: list[tuple[str, bool]] = []
        while True:
            inverse = bool(tokens) and tokens[0].text == "^"
            if inverse:
                tokens = tokens[1:]
            if not tokens or tokens[0].kind == "variable":
                raise UnknownPatternError("a predicate that is a variable")
            steps.append((self.term(tokens[0]), inverse))
            tokens = tokens[1:]
            if not tokens or tokens[0].text != "/":
                return steps, tokens
            tokens = tokens[1:]

    def _chain(self, subject: str, steps: list[tuple[str, bool]], value: str) -> None:
        here = subject
        for number, (predicate, inverse) in enumerate(steps, 1):
            self.fresh += 1
            there = value if number == len(steps) else f"?.{self.fresh}"
            ends = (there, here) if inverse else (here, there)
            self.edges.append(_TriplePattern(ends[0], predicate, ends[1], self.groups))
            here = there


def query_reads(select: str) -> tuple[ReadStatement, ...] | None:
    """Return what a query reads, seen from `$this`; None when that is not known.

    Args:
        select: the query, its prologue included.
    """
    try:
        edges = _patterns(select).edges
        statements: set[ReadStatement] = set()
        for groups in {edge.groups for edge in edges}:
            # what one group says of a variable does not hold in another one beside it
            statements |= _walk([e for e in edges if groups[: len(e.groups)] == e.groups])
    except UnknownPatternError:
        return None
    return tuple(sorted(statements, key=str))


def _patterns(select: str) -> _TriplePatterns:
    """Return the triple patterns of a query, those in EXISTS and OPTIONAL included."""
    patterns = _TriplePatterns()
    pending: list[Token] = []
    prefix: str | None = None
    seen_where = False
    naming = False  # between SELECT or GROUP and a bracket stand variables alone
    for token in scan(select):
        if token.frame.role == "expression" and token.text not in {"{", "}"}:
            continue
        if prefix is not None and token.kind == "iri":
            patterns.prefixes[prefix], prefix = token.text[1:-1], None
        elif not seen_where and token.kind == "name":
            prefix = token.text.removesuffix(":")
        elif token.text in _ENDS or token.keyword in _CLAUSES | _AFTER:
            seen_where = seen_where or token.text == "{"
            if pending and seen_where:
                patterns.statements(pending)
            pending = []
            patterns.bracket(token.text)
            naming = token.keyword in _NAMING or (naming and token.text not in {"{", "}"})
        elif seen_where and not naming:
            pending.append(token)
    return patterns


def _walk(edges: list[_TriplePattern]) -> set[ReadStatement]:
    """Return every triple pattern with the path from `$this` to the end that is reached first."""
    ways = {"?this": ""}
    statements: set[ReadStatement] = set()
    kinds = {e.subject: e.value[1:-1] for e in edges if e.predicate == _TYPE and e.value[0] == "<"}
    left = list(edges)
    while left:
        connected = [e for e in left if e.subject in ways or e.value in ways]
        if not connected:
            raise UnknownPatternError("a pattern that is not connected with $this")
        for edge in connected:
            inverse = edge.subject not in ways
            near, end = (edge.value, edge.subject) if inverse else (edge.subject, edge.value)
            way = ways[near]
            classes = (kinds.get(edge.subject, ""), kinds.get(edge.value, ""))
            statements.add(ReadStatement(way, edge.predicate[1:-1], inverse, *classes))
            step = f"^{edge.predicate}" if inverse else edge.predicate
            if end.startswith("?"):
                ways.setdefault(end, f"{way}/{step}" if way else step)
        left = [e for e in left if e not in connected]
    return statements
