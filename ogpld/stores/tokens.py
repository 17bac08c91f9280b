"""Cut a SPARQL query into tokens, in one pass, without recursion, and know what each bracket holds.

The engine's parser has no separate lexer, so `<` after an operand inside an expression is "less
than" to it, even where SPARQL 1.1 section 19.8 would read the longest match, an IRI: in
`FILTER(1<2)SERVICE#>` the text between `<` and `>` runs as query text. This tokeniser therefore
follows the engine: it keeps a stack of brackets, knows which of them hold expressions, and decides
there. It takes more characters in names than the grammar does; the engine refuses those later.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from ogpld.errors import QueryError, QuerySyntaxError

_Error = TypeVar("_Error", bound=QueryError)
Role = Literal["head", "triples", "template", "terms", "values", "row", "variables", "expression"]

#: Token kinds that stand for an RDF term or a variable.
TERMS = frozenset({"iri", "name", "variable", "string", "number", "blank"})
#: Bare words that are terms.
TERM_WORDS = frozenset({"A", "TRUE", "FALSE"})
#: Keywords of the forms of a query (section 16).
QUERY_FORMS = frozenset({"SELECT", "CONSTRUCT", "ASK", "DESCRIBE"})
#: Operators of property paths (section 9.1).
PATH_OPERATORS = frozenset("/|^*+?")
CLOSERS = {"}": "{", ")": "(", "]": "[", ">>": "<<"}
OPENERS = frozenset(CLOSERS.values())

_TOKEN = re.compile(
    r"""
    (?P<skip>(?:[ \t\r\n]++|\#[^\r\n]*+)++)
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!\"\"))*+\"{3}
              |'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}
              |(?!\"{3}|'{3})(?:"(?:[^"\\\n\r]|\\.)*+"|'(?:[^'\\\n\r]|\\.)*+'))
  | (?P<variable>[?$][0-9A-Za-z_\u0080-\U0010FFFF]++)
  | (?P<blank>_:[0-9A-Za-z_\-\u0080-\U0010FFFF]++(?:\.++[0-9A-Za-z_\-\u0080-\U0010FFFF]++)*+)
  | (?P<name>(?:[A-Za-z\u0080-\U0010FFFF][0-9A-Za-z_.\-\u0080-\U0010FFFF]{0,255}+)?:
      (?:[0-9A-Za-z_:\-\u0080-\U0010FFFF]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]
        |\.++(?=[0-9A-Za-z_:\-%\\\u0080-\U0010FFFF]))*+)
  | (?P<tag>@[A-Za-z]++(?:-{1,2}[A-Za-z0-9]++)*+)
  | (?P<number>\d++(?:\.\d*(?=[eE][+\-]?\d)|\.\d++)?(?:[eE][+\-]?\d++)?|\.\d++(?:[eE][+\-]?\d++)?)
  | (?P<word>[A-Za-z_\u0080-\U0010FFFF][0-9A-Za-z_\u0080-\U0010FFFF]*+)
  | (?P<symbol><<|&&|\|\||\^\^|<=|>=|!=|[{}()\[\].;,=<>!+\-*/|^?@~&%$])
    """,
    re.VERBOSE | re.DOTALL,
)
_LESS = re.compile(r"(?P<symbol><=?)")
_SIDE_BY_SIDE = re.compile(r"(?P<symbol>>>)")

_NAMES = frozenset({"word", "name", "variable", "blank"})
#: What no name has (section 19.8, PN_CHARS), and what one may have but nobody sees there: a byte order
#: mark, fillers and marks of direction.
_NOT_IN_NAMES = re.compile(
    r"[^\x00-\x7f\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]"
    r"|[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\ufeff\uff02\uff07\uffa0"
    r"\ufff0-\ufffc]"
)
_QUOTES = re.compile(
    "[\u00ab\u00b4\u00bb\u02b9-\u02bc\u2018-\u201f\u2032\u2033\u2039\u203a\uff02\uff07]"
)

_STRING_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_SURROGATES = range(0xD800, 0xE000)
_NO_CHARACTER = "\ufffd"
_LONG_QUOTE = 3

#: Words that stand before `(` without opening an expression.
_NOT_CALLS = frozenset({"a", "true", "false"})


@dataclass(slots=True)
class TokenFrame:
    """An open bracket: what it holds, and what the guard counted in it so far."""

    opener: str
    role: Role
    calls: int = 0
    values: bool = False
    pending: bool = False
    terms: int = 0
    steps: int = 0


class Token(NamedTuple):
    """A piece of the text.

    Attributes:
        kind: the group of the pattern that matched.
        text: as written.
        start: offset of the first character.
        end: offset past the last one.
        frame: the bracket it stands in; for a bracket, the one it opens or closes.
        depth: how many brackets are open, this one included.
        keyword: the word in upper case; "" for anything that is not a bare word.
    """

    kind: str
    text: str
    start: int
    end: int
    frame: TokenFrame
    depth: int
    keyword: str = ""


def scan(text: str) -> Iterator[Token]:
    r"""Yield the tokens of a query, blanks and comments left out.

    Raises:
        QuerySyntaxError: for a character no SPARQL token starts with, or a string without end.
        QueryError: `query-escape`, for a `\u` escape outside of strings and IRIs.
    """
    stack = [TokenFrame("", "head")]
    before = last = Token("start", "", 0, 0, stack[0], 0)
    position, size = 0, len(text)
    while position < size:
        if text[position] == " ":
            position += 1
            continue
        match = _match(text, position, stack[-1], last)
        position = match.end()
        kind = match.lastgroup or "symbol"
        if kind == "skip":
            continue
        piece = match[0]
        if kind in _NAMES and not piece.isascii() and (odd := _NOT_IN_NAMES.search(piece)):
            raise _unexpected(text, match.start() + odd.start())
        frame = stack[-1]
        if kind == "symbol" and piece in OPENERS:
            frame = _open(piece, frame, last, before)
            stack.append(frame)
        word = piece.upper() if kind == "word" else ""
        token = Token(kind, piece, match.start(), position, frame, len(stack) - 1, word)
        if kind == "word":
            _note_word(token, last)
        elif kind == "symbol" and CLOSERS.get(piece) == frame.opener and len(stack) > 1:
            stack.pop()
        yield token
        before, last = last, token


def mentions(text: str, words: Iterable[str]) -> bool:
    """Say whether a text has one of some words, in any case and also as a part of others; nothing is parsed.

    Args:
        text: a query.
        words: in lower case.
    """
    return any(map(text.casefold().__contains__, words))


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def refusal(
    error: Callable[..., _Error], where: tuple[int, int] | None, what: str, hint: str, **more: str
) -> _Error:
    """Return the error about a place in a query; its message ends with the place.

    Args:
        error: class of the error.
        where: line and column, None where nobody knows.
        what: what is wrong, half a sentence.
        hint: what to do next.
        more: further arguments of the class.
    """
    if where is None:
        return error(what, hint=hint, **more)
    line, column = where
    message = f"{what} (line {line}, column {column})"
    return error(message, line=line, column=column, hint=hint, **more)


def replaced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with pieces of it replaced.

    Args:
        text: the text.
        edits: start and end offset of each piece, none inside of another, and what stands there then; an
            empty piece is a place to insert. Pieces at one place keep their order.
    """
    pieces, done = [], 0
    for start, end, piece in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [text[done:start], piece]
        done = end
    return "".join([*pieces, text[done:]])


def is_operand(token: Token) -> bool:
    """Say whether a value ends here, so that `<` after it compares."""
    if token.kind == "word":
        return token.text.lower().endswith(("true", "false"))
    return token.kind in TERMS or token.kind == "tag" or token.text in CLOSERS


def string_value(token: Token) -> str:
    """Return what a string token says."""
    quotes = _LONG_QUOTE if token.text.startswith(('"""', "'''")) else 1
    return unescape(token.text[quotes:-quotes])


def quoted(value: str) -> str:
    """Return a value as a string of SPARQL."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'


def unescape(text: str) -> str:
    """Return a text without the escapes of strings and IRIs; U+FFFD stands for what is no character."""

    def character(match: re.Match[str]) -> str:
        if digits := match[1] or match[2]:
            code = int(digits, 16)
            return _NO_CHARACTER if code in _SURROGATES or code > sys.maxunicode else chr(code)
        return _PLAIN_ESCAPES.get(match[3], match[3])

    return _STRING_ESCAPE.sub(character, text)


def _match(text: str, position: int, frame: TokenFrame, last: Token) -> re.Match[str]:
    """Match the token at a position, or say what stands there instead."""
    match = None
    if text[position] == "<" and frame.role == "expression" and is_operand(last):
        match = _LESS.match(text, position)
    elif text[position] == ">" and frame.opener == "<<":
        match = _SIDE_BY_SIDE.match(text, position)
    match = match or _TOKEN.match(text, position)
    if match is not None:
        return match
    if text[position : position + 2] in {"\\u", "\\U"}:
        raise refusal(
            QueryError,
            place(text, position),
            "a \\u escape stands outside of strings and IRIs",
            "write the character itself",
            code="query-escape",
        )
    raise _unexpected(text, position)


def _unexpected(text: str, position: int) -> QuerySyntaxError:
    """Return the error about a character that stands where no token can have it."""
    character = text[position]
    named = f"U+{ord(character):04X} ({unicodedata.name(character, 'a control character').lower()})"
    what = repr(character) if character.isascii() and character.isprintable() else named
    hint = ""
    if character in "\"'":
        what = "a string without end"
        rest = _QUOTES.search(text[position:].partition("\n")[0])
        hint = f"end it with a straight quote; there is U+{ord(rest[0]):04X}" if rest else ""
    elif _QUOTES.match(character):
        hint = "write straight quotes: \" or '"
    elif unicodedata.category(character)[0] in "ZC":
        hint = "delete it, or put a plain blank there"
    elif not character.isascii():
        hint = "delete it or put what was meant"
    what = f"the query is not SPARQL 1.1: {what}"
    return refusal(QuerySyntaxError, place(text, position), what, hint)


def _open(opener: str, outer: TokenFrame, last: Token, before: Token) -> TokenFrame:
    """Return the frame a bracket opens."""
    if opener == "{":
        role: Role = "values" if outer.values else "triples"
        if outer.role == "head" and last.keyword == "CONSTRUCT":
            role = "template"
        outer.values = False
        return TokenFrame(opener, role, outer.calls)
    if opener != "(":
        role = "terms" if opener == "<<" else "triples"
        return TokenFrame(opener, "template" if outer.role == "template" else role, outer.calls)
    return _open_parenthesis(outer, last, before)


def _open_parenthesis(outer: TokenFrame, last: Token, before: Token) -> TokenFrame:
    """Return the frame of `(`: an expression, or a list, path or row of terms."""
    opener = "("
    named = last.kind in {"word", "name", "iri"} and last.text not in _NOT_CALLS
    if outer.role in {"head", "expression"}:
        return TokenFrame(
            opener, "variables" if outer.values else "expression", outer.calls + named
        )
    if outer.values or outer.role in {"values", "row"}:
        return TokenFrame(opener, "variables" if outer.values else "row", outer.calls)
    calls = (
        (last.kind == "word" and named)
        or (last.kind in {"name", "iri"} and before.keyword == "FILTER")
        or (last.kind == "name" and "FILTER" in last.text.upper())
    )
    if calls and outer.role != "terms":
        clause = last.keyword in {"FILTER", "BIND"}
        return TokenFrame(opener, "expression", outer.calls + (not clause))
    return TokenFrame(opener, "terms", outer.calls)


def _note_word(token: Token, last: Token) -> None:
    """Let a word change what its frame holds: VALUES blocks and the heads of sub-SELECTs."""
    if token.keyword == "VALUES":
        token.frame.values = True
    elif token.keyword.startswith("SELECT") and last.text == "{" and last.frame is token.frame:
        token.frame.role = "head"
