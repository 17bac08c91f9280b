"""Check the text of submitted JSON: how deep it is, whether it is JSON, and its strings.

Everything here is one pass over the text that knows what a string is. The text is never taken apart
and put together again, so that numbers keep their digits and errors their place (RFC 8259; that
keys are unique is RFC 7493 section 2.3).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ogpld.validate.document_text import DocumentText, excerpt

#: Brackets inside one another that a document may have.
DEPTH = 64
#: Digits a number may have.
DIGITS = 1_000

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BRACKET = re.compile(rf'{_STRING}|"[\s\S]*+|([\[{{])|([\]}}])', re.DOTALL)
_PIECE = re.compile(rf"({_STRING})(\s*+:)?|[\[{{\]}}]", re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_CORRECT = "correct it there; the rest was not looked at"


@dataclass(slots=True)
class _OpenContainer:
    """An object or an array that is open.

    Attributes:
        key: what the values at hand belong to.
        keys: keys of an object so far, None for an array.
        owner: key the object itself is a value of.
        defining: whether it is a context or a part of one.
    """

    key: str = ""
    keys: set[str] | None = None
    owner: str = ""
    defining: bool = False


@dataclass(frozen=True, slots=True)
class JsonString:
    """A string that is a value, where it stands, and what it belongs to.

    Attributes:
        key: the key it is a value of.
        text: what it says.
        start: where it begins.
        end: where it ends.
        owner: the key its object is a value of, "" at the top.
        defines: the name it defines; None outside of contexts.
    """

    key: str
    text: str
    start: int
    end: int
    owner: str = ""
    defines: str | None = None


def check_depth(document: DocumentText) -> None:
    """Refuse deep nesting before any parser recurses into it."""
    depth = 0
    for piece in _BRACKET.finditer(document.text):
        if piece[1]:
            depth += 1
            if depth > DEPTH:
                raise document.error(
                    f"it nests more than {DEPTH} levels deep",
                    at=piece.start(),
                    code="document-too-large",
                    hint="give things identifiers, and list them in @graph or included",
                )
        elif piece[2]:
            depth -= 1


def check_json(document: DocumentText) -> None:
    """Refuse what RFC 8259 does; nothing of what is read here is used."""

    def number(text: str) -> str:
        if len(text) > DIGITS:
            at = document.text.find(text)
            raise document.error(f"it has a number of {len(text):,} digits", at=at)
        return text

    def constant(text: str) -> str:
        at = _outside_strings(document, text)
        raise document.error(f"{text} is not a JSON number", at=at, hint=_CORRECT)

    try:
        content = json.loads(
            document.text, parse_constant=constant, parse_int=number, parse_float=number
        )
    except json.JSONDecodeError as error:
        reason = error.msg[0].lower() + error.msg[1:]
        raise document.error(f"it is not JSON: {reason}", at=error.pos, hint=_CORRECT) from None
    if not isinstance(content, dict | list):
        raise document.error("it is JSON, but neither an object nor an array", line=1)


def _outside_strings(document: DocumentText, written: str) -> int | None:
    """Return where something first stands that is not in a string."""
    for match in re.finditer(rf"{_STRING}|({re.escape(written)})", document.text, re.DOTALL):
        if match[1]:
            return match.start()
    return None


def values(document: DocumentText) -> Iterator[JsonString]:
    """Yield the strings of well-formed JSON that are values; keys must not stand twice."""
    levels = [_OpenContainer()]
    for piece in _PIECE.finditer(document.text):
        level = levels[-1]
        sign = piece[0]
        if sign == "{":
            defining = level.defining or level.key == "@context"
            levels.append(_OpenContainer(keys=set(), owner=level.key, defining=defining))
        elif sign == "[":
            levels.append(_OpenContainer(level.key, owner=level.owner, defining=level.defining))
        elif sign in {"}", "]"}:
            levels.pop()
        else:
            text = _string(document, piece)
            if not piece[2]:
                yield JsonString(level.key, text, *piece.span(1), level.owner, _defined_term(level))
                continue
            if level.keys is None or text in level.keys:
                raise document.error(
                    f"the key '{excerpt(text)}' stands twice in one object",
                    at=piece.start(),
                    hint="write several values as an array",
                )
            level.keys.add(text)
            level.key = text


def _defined_term(level: _OpenContainer) -> str | None:
    """Return the name that a string at this level is a definition of; None outside of contexts."""
    if not level.defining:
        return None
    inner = level.key.startswith("@") and level.owner not in {"", "@context"}
    return level.owner if inner else level.key


def _string(document: DocumentText, piece: re.Match[str]) -> str:
    """Return what a string says."""
    written = piece[1]
    if "\\" not in written:
        return written[1:-1]
    text: str = json.loads(written)
    if _SURROGATE.search(written) and any("\ud800" <= c <= "\udfff" for c in text):
        raise document.error(
            "it holds half a character (a lone surrogate)", at=piece.start(), hint=_CORRECT
        )
    return text
