"""What the names of a query stand for: its prefixes and its base (SPARQL 1.1, section 4.1.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin

from ogpld.stores.tokens import QUERY_FORMS, Token, unescape

_LOCAL_ESCAPE = re.compile(r"\\(.)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


class QueryNames:
    """The prefixes of a query, and what its names stand for.

    Args:
        tokens: those of the query.
        base: IRI that relative ones are resolved against, "" for none.

    Attributes:
        prologue: number of the first token after the declarations.
    """

    def __init__(self, tokens: Sequence[Token], base: str) -> None:
        self._base = base
        self._prefixes: dict[str, str] = {}
        self.prologue = len(tokens)
        for number, token in enumerate(tokens):
            if token.kind == "word" and token.keyword.startswith(tuple(QUERY_FORMS)):
                self.prologue = number
                break
            if token.kind != "iri":
                continue
            before = tokens[number - 1] if number else None
            if before is not None and before.keyword == "BASE":
                self._base = self.resolve(token)
            elif before is not None and before.kind == "name":
                name = before.text
                glued = number == 1 or tokens[number - 2].keyword != "PREFIX"
                name = re.sub("^prefix", "", name, flags=re.IGNORECASE) if glued else name
                self._prefixes[name[:-1]] = self.resolve(token)

    def resolve(self, token: Token) -> str:
        """Return the IRI of a token, "" for a name whose prefix is not declared."""
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix not in self._prefixes:
                return ""
            return self._prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)
        iri = unescape(token.text[1:-1])
        if _SCHEME.match(iri) or not self._base:
            return iri
        try:
            joined = urljoin(self._base, iri)
        except ValueError:
            return iri
        # urljoin leaves out an empty fragment, with which namespaces end
        return f"{joined}#" if iri.endswith("#") and not joined.endswith("#") else joined
