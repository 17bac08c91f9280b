"""What a DESCRIBE query asks for, found on its tokens.

SPARQL 1.1 section 16.4 leaves to the publisher what describes a thing; here it is the graph of its
document (docs/contract.md#documents), so that DESCRIBE, the page and the file never differ. The things
are found by SELECT queries made from the same text, which leaves prefixes, datasets and modifiers
as the caller wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.stores.tokens import Token, scan

_PROLOGUE = frozenset({"PREFIX", "BASE", "VERSION"})
_TARGETS = frozenset({"iri", "name", "variable"})


@dataclass(frozen=True, slots=True)
class Described:
    """The SELECT queries that give the things; "" where there is none of the kind.

    Attributes:
        fixed: yields one solution with the IRIs the query names.
        select: yields the values of its variables.
    """

    fixed: str = ""
    select: str = ""


def read_describe(text: str) -> Described | None:
    """Return what a DESCRIBE query asks for, None for every other query.

    Raises:
        QuerySyntaxError: for text that has no tokens.
    """
    tokens = scan(text)
    verb = next((t for t in tokens if t.kind == "word" and t.keyword not in _PROLOGUE), None)
    if verb is None or verb.keyword != "DESCRIBE":
        return None
    targets: list[Token] = []
    rest: Token | None = None
    for token in tokens:
        if token.kind not in _TARGETS and token.text != "*":
            rest = token
            break
        targets.append(token)
    prologue = text[: verb.start]
    body = text[rest.start :] if rest else ""
    iris = [t.text for t in targets if t.kind in {"iri", "name"}]
    variables = [t.text for t in targets if t.kind == "variable" or t.text == "*"]
    fixed = " ".join(f"({iri} AS ?iri{number})" for number, iri in enumerate(iris))
    has_pattern = rest is not None and any(
        t.text == "{"
        for t in scan(body)  # without a pattern no variable is ever bound
    )
    return Described(
        fixed=f"{prologue} SELECT {fixed} {{}}" if fixed else "",
        select=f"{prologue} SELECT DISTINCT {' '.join(variables)} {body}"
        if variables and has_pattern
        else "",
    )
