r"""Rewrite the calls of REGEX and REPLACE in a query for the engine (XPath Functions 7.6).

Where they get their pattern and replacement as plain strings, the pattern is translated (`xpath_regex`)
and the replacement has `${1}` and `$$` instead of `$1` and `\$`. What XPath does not allow, or the engine
cannot do, is refused with its place. A pattern that a query computes cannot be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ogpld.errors import QueryRegexError
from ogpld.stores.tokens import (
    Token,
    TokenFrame,
    mentions,
    place,
    quoted,
    refusal,
    replaced,
    scan,
    string_value,
)
from ogpld.stores.xpath_regex import EngineRegex, RegexError, engine_regex

CALLS = ("regex", "replace")
_REPLACEMENT = 2


def translate(text: str) -> str:
    """Return a query with its literal patterns in the engine's dialect, the same object where none differs.

    Raises:
        QueryRegexError: for a pattern or replacement that cannot be translated.
        QueryError: for text that has no tokens.
    """
    if not mentions(text, CALLS):
        return text
    edits: list[tuple[Token, str]] = []
    for call in _calls(text):
        flags = call.string(2 if call.name == "REGEX" else 3)
        if flags is not None and "q" in flags[1]:
            continue
        groups: int | None = None
        if pattern := call.string(1):
            expression = _expression(text, *pattern, flags[1] if flags else "")
            edits.append((pattern[0], expression.pattern))
            groups = expression.groups
        if call.name == "REPLACE" and (replacement := call.string(_REPLACEMENT)):
            edits.append((replacement[0], _replacement(text, *replacement, groups)))
    changed = [
        (token.start, token.end, quoted(new)) for token, new in edits if new != string_value(token)
    ]
    return replaced(text, changed) if changed else text  # the same object where nothing is changed


@dataclass(slots=True)
class _Call:
    """A call of REGEX or REPLACE: the first two tokens of each of its arguments."""

    name: str
    frame: TokenFrame
    arguments: list[list[Token]] = field(default_factory=lambda: [[]])

    def string(self, number: int) -> tuple[Token, str] | None:
        """Return an argument that is one plain string, and its value."""
        if number >= len(self.arguments):
            return None
        argument = self.arguments[number]
        if len(argument) != 1 or argument[0].kind != "string":
            return None
        return argument[0], string_value(argument[0])


def _calls(text: str) -> Iterator[_Call]:
    """Yield the calls of REGEX and REPLACE."""
    stack: list[_Call] = []
    last = ""
    for token in scan(text):
        for call in stack[-1:]:
            if token.frame is call.frame and token.text == ")":
                yield stack.pop()
            elif token.frame is call.frame and token.text == ",":
                call.arguments.append([])
            elif len(call.arguments[-1]) <= 1:
                call.arguments[-1].append(token)
        if token.text == "(" and last.endswith(("REGEX", "REPLACE")):
            stack.append(_Call("REGEX" if last.endswith("REGEX") else "REPLACE", token.frame))
        last = token.keyword


def _expression(text: str, token: Token, pattern: str, flags: str) -> EngineRegex:
    """Translate a pattern, whose flags stay where they are."""
    try:
        return engine_regex(pattern, flags, in_query=True)
    except RegexError as error:
        raise _refusal(text, token, f"the pattern cannot be run: {error}") from error


def _replacement(text: str, token: Token, value: str, groups: int | None) -> str:
    """Translate a replacement (XPath Functions 7.6.3)."""
    out, at = [], 0
    while at < len(value):
        character, follows = value[at], value[at + 1 : at + 2]
        if character == "\\":
            if follows not in {"\\", "$"} or not follows:
                raise _refusal(
                    text, token, "a backslash in the replacement stands before neither $ nor \\"
                )
            out.append("$$" if follows == "$" else "\\")
            at += 2
        elif character == "$":
            match = re.compile(r"[0-9]+").match(value, at + 1)
            if match is None:
                raise _refusal(
                    text, token, "a $ in the replacement is followed by no number; write \\\\$"
                )
            digits = match[0]
            if groups is None and len(digits) > 1:
                raise _refusal(text, token, "the replacement has a number of two digits after $")
            while groups is not None and len(digits) > 1 and int(digits) > groups:
                digits = digits[:-1]
            out.append(f"${{{int(digits)}}}")
            at += 1 + len(digits)
        else:
            out.append(character)
            at += 1
    return "".join(out)


def _refusal(text: str, token: Token, what: str) -> QueryRegexError:
    return refusal(
        QueryRegexError,
        place(text, token.start),
        what,
        "use the regular expressions of XPath Functions 7.6, without back-references",
    )
