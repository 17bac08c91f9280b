"""Find the SERVICE clauses of a query, and put solutions in their place (SPARQL 1.1 Federated Query).

Service(IRI, G) is joined with what stands beside it, whatever that is: a VALUES block with the solutions of G
means the same. A clause names its endpoint by an IRI in angle brackets; a variable, a prefixed name, a clause
inside of another and one inside of EXISTS are refused. One pass over the tokens, without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ogpld.errors import QueryForbiddenError, QuerySyntaxError
from ogpld.stores.graph_clauses import dataset_of
from ogpld.stores.tokens import Token, TokenFrame, place, refusal, replaced, scan

#: SERVICE clauses of one query.
MOST_CLAUSES = 4


@dataclass(frozen=True, slots=True)
class ServiceClause:
    """A SERVICE clause.

    Attributes:
        start: offset of its keyword.
        end: offset past its last bracket.
        endpoint: IRI of the endpoint, as it is written.
        silent: whether a failure of the endpoint is no error (section 2.3).
        group: the text between its brackets.
        where: line and column of its keyword.
    """

    start: int
    end: int
    endpoint: str
    silent: bool
    group: str
    where: tuple[int, int]

    def query(self, prologue: str, rows: int) -> str:
        """Return the query that the endpoint is asked: all variables of the group, one row past a bound."""
        return f"{prologue}\nSELECT * WHERE {{{self.group}}}\nLIMIT {rows + 1}"


@dataclass(frozen=True, slots=True)
class Solutions:
    """Solutions of a group.

    Attributes:
        variables: names, without question mark.
        rows: for each solution the terms as SPARQL writes them, "UNDEF" for none.
    """

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ((),)


def service_clauses(text: str) -> list[ServiceClause]:
    """Return the SERVICE clauses of a query in their order.

    Raises:
        QueryForbiddenError: for a clause that cannot be answered here.
        QuerySyntaxError: for one without end.
        QueryError: for text that has no tokens.
    """
    tokens = list(scan(text))
    clauses: list[ServiceClause] = []
    exists: list[TokenFrame] = []
    opened: tuple[Token, Token, Token, bool] | None = None
    for number, token in enumerate(tokens):
        if token.text == "{" and number and tokens[number - 1].keyword.endswith("EXISTS"):
            exists.append(token.frame)
        elif token.text == "}" and exists and exists[-1] is token.frame:
            exists.pop()
        if token.keyword == "SERVICE":
            if opened or exists:
                inside = "another SERVICE" if opened else "EXISTS"
                raise refused(
                    text, token.start, f"stands inside of {inside}", "move it out of there"
                )
            opened = _head(text, tokens, number)
        elif opened and token.text == "}" and token.frame is opened[2].frame:
            keyword, name, opener, silent = opened
            clauses.append(
                ServiceClause(
                    keyword.start,
                    token.end,
                    name.text[1:-1],
                    silent,
                    text[opener.end : token.start],
                    place(text, keyword.start),
                )
            )
            opened = None
    if opened:
        where = place(text, opened[0].start)
        raise refusal(QuerySyntaxError, where, "the group of SERVICE has no end", "close it with }")
    if len(clauses) > MOST_CLAUSES:
        last = clauses[MOST_CLAUSES].start
        raise refused(text, last, f"is one more than {MOST_CLAUSES}", "split the query")
    return clauses


def prologue_of(text: str, base: str) -> str:
    """Return the prologue of a query, with the base that its relative IRIs have here."""
    tokens = list(scan(text))
    prologue, _ = dataset_of(text, tokens)
    own = any(token.keyword == "BASE" and not token.depth for token in tokens)
    return prologue if own or not base else f"BASE <{base}>\n{prologue}"


def with_solutions(
    text: str, clauses: Sequence[ServiceClause], solutions: Sequence[Solutions]
) -> str:
    """Return the query with solutions in the place of its SERVICE clauses."""
    edits = []
    for clause, table in zip(clauses, solutions, strict=True):
        names = " ".join(f"?{name}" for name in table.variables)
        rows = "\n".join(f"({' '.join(row)})" for row in table.rows)
        edits.append((clause.start, clause.end, f"{{ VALUES ({names}) {{\n{rows}\n}} }}"))
    return replaced(text, edits)


def outline_of(text: str, clauses: Sequence[ServiceClause]) -> str:
    """Return the query with nothing in the place of its SERVICE clauses, and all else where it stands."""
    edits = []
    for clause in clauses:
        blanks = re.sub(r"[^\r\n]", " ", text[clause.start + 1 : clause.end - 1])
        edits.append((clause.start, clause.end, f"{{{blanks}}}"))
    return replaced(text, edits)


def _head(text: str, tokens: list[Token], number: int) -> tuple[Token, Token, Token, bool]:
    """Return keyword, endpoint and bracket of a clause, and whether it is SILENT."""
    keyword, following = tokens[number], tokens[number + 1 : number + 4]
    silent = bool(following) and following[0].keyword == "SILENT"
    following = following[silent : silent + 2]
    if [token.text for token in following[1:]] != ["{"] or following[0].kind != "iri":
        raise refused(
            text,
            keyword.start,
            "does not name one endpoint",
            "write its address in angle brackets, and a group after it",
        )
    return keyword, following[0], following[1], silent


def refused(text: str, offset: int, what: str, hint: str) -> QueryForbiddenError:
    """Return the refusal of a clause, with where it stands."""
    return refusal(QueryForbiddenError, place(text, offset), f"SERVICE {what}", hint)
