"""Make a stranger's JSON-LD safe to parse: bounded depth, our context put in, no other fetched.

JSON-LD 1.1 section 3.1 lets `@context` be an address anywhere in a document. Ours may be named,
because it is known here; every other address is refused by name.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ogpld.errors import DocumentError, Where
from ogpld.model.context import Context

#: Brackets inside one another that an honest document may have.
DEPTH = 64
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_OWN = re.compile(r"context(/[0-9a-f]{8,64})?\.jsonld")


def with_own_context(text: str, name: str, base: str, context: Context | None) -> str:
    """Return the document with our context written out where it was named.

    Raises:
        DocumentError: for bad JSON, too deep nesting, or another remote context.
    """
    _check_depth(text, name)
    try:
        content = json.loads(text, parse_constant=_no_constant, parse_int=_number)
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"it is no JSON, at column {error.colno}: {error.msg}",
            hint="correct it there; the rest was not looked at",
            where=Where(name or "the document", line=error.lineno),
        ) from None
    except ValueError as error:
        raise DocumentError(str(error), where=_where(name)) from None
    changed = _Contexts(name, base, context)
    content = changed.put_in(content)
    return json.dumps(content, ensure_ascii=False) if changed.done else text


def _where(name: str) -> Where | None:
    return Where(name) if name else None


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _number(text: str) -> int:
    if len(text) > 1000:  # noqa: PLR2004  (far beyond any count, far below what Python refuses)
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _check_depth(text: str, name: str) -> None:
    """Refuse deep nesting before any parser recurses into it."""
    depth = 0
    for piece in _PIECE.finditer(text):
        first = piece[0][0]
        if first in "[{":
            depth += 1
            if depth > DEPTH:
                raise DocumentError(
                    f"it nests more than {DEPTH} levels deep",
                    where=Where(
                        name or "the document", line=text.count("\n", 0, piece.start()) + 1
                    ),
                    code="document-too-large",
                )
        elif first in "]}":
            depth -= 1


class _Contexts:
    """Replaces the address of our context; depth is bounded, so it may recurse."""

    def __init__(self, name: str, base: str, context: Context | None) -> None:
        self.name, self.base, self.context = name, base, context
        self.done = False

    def put_in(self, node: Any) -> Any:
        """Return a node with every context in it written out."""
        if isinstance(node, list):
            return [self.put_in(member) for member in node]
        if isinstance(node, dict):
            return {
                key: self._context(value) if key == "@context" else self._other(key, value)
                for key, value in node.items()
            }
        return node

    def _other(self, key: str, value: Any) -> Any:
        if key == "@import":
            raise self._refused(value)
        return self.put_in(value)

    def _context(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._context(member) for member in value]
        if isinstance(value, str):
            address = value.removeprefix(self.base).removeprefix("/")
            if self.context is None or not _OWN.fullmatch(address):
                raise self._refused(value)
            self.done = True
            return self.context.body
        return self.put_in(value)

    def _refused(self, value: Any) -> DocumentError:
        return DocumentError(
            f"it names the JSON-LD context {str(value)[:200]!r}, and nothing is fetched here",
            hint=f"put the context into the document, or name {self.base}context.jsonld",
            where=_where(self.name),
            code="document-forbidden",
        )
