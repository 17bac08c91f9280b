r"""Write regular expressions of SPARQL in the dialect of the engine (XPath Functions 7.6, XSD part 2 F).

Where REGEX and REPLACE get their pattern and replacement as plain strings, these are translated: `\w`,
`\s`, `\i` and `\c` have other members there, sets are taken from sets with `--` instead of `-`, and a
replacement writes `${1}` and `$$` instead of `$1` and `\$`. What the engine has no words for (what a group
matched before, blocks of Unicode) and what XPath does not allow is refused. A pattern that a query
computes cannot be looked at. One pass over the text; sets inside of sets are followed to `_DEEPEST`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ogpld.errors import QueryRegexError
from ogpld.stores.tokens import Frame, Token, place, scan

_CALLS = re.compile("REGEX|REPLACE", re.IGNORECASE)
_DEEPEST = 8
_BLANKS = " \t\r\n"

_START = (
    r":A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_MORE = _START + r"\-.0-9\u00B7\u0300-\u036F\u203F\u2040"
#: Escapes for many characters, as sets of the engine.
_SETS = {
    "s": r"[\x20\t\n\r]",
    "S": r"[^\x20\t\n\r]",
    "w": r"[^\p{P}\p{Z}\p{C}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
    "i": f"[{_START}]",
    "I": f"[^{_START}]",
    "c": f"[{_MORE}]",
    "C": f"[^{_MORE}]",
    "d": r"\d",
    "D": r"\D",
}
_SINGLE = frozenset("nrt\\|.?*+(){}-[]^$")
_CATEGORY = re.compile(r"\{(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)\}")
_QUANTITY = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_STRING_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_LONG_QUOTE = 3
_REPLACEMENT = 2


def translate(text: str) -> str:
    """Return a query with its literal patterns in the engine's dialect, the same object where none differs.

    Raises:
        QueryRegexError: for a pattern or replacement that cannot be translated.
        QueryError: for text that has no tokens.
    """
    if not _CALLS.search(text):
        return text
    edits: list[tuple[Token, str]] = []
    for call in _calls(text):
        flags = call.string(2 if call.name == "REGEX" else 3)
        if flags is not None and "q" in flags[1]:
            continue
        groups: int | None = None
        if pattern := call.string(1):
            translation = _Pattern(text, *pattern, extended=flags is not None and "x" in flags[1])
            edits.append((pattern[0], translation.result()))
            groups = translation.groups
        if call.name == "REPLACE" and (replacement := call.string(_REPLACEMENT)):
            edits.append((replacement[0], _replacement(text, *replacement, groups)))
    changed = [(token, new) for token, new in edits if new != _value(token)]
    if not changed:
        return text
    pieces, done = [], 0
    for token, new in sorted(changed, key=lambda edit: edit[0].start):
        pieces += [text[done : token.start], _quoted(new)]
        done = token.end
    return "".join(pieces) + text[done:]


@dataclass(slots=True)
class _Call:
    """A call of REGEX or REPLACE: the first two tokens of each of its arguments."""

    name: str
    frame: Frame
    arguments: list[list[Token]] = field(default_factory=lambda: [[]])

    def string(self, number: int) -> tuple[Token, str] | None:
        """Return an argument that is one plain string, and its value."""
        if number >= len(self.arguments):
            return None
        argument = self.arguments[number]
        if len(argument) != 1 or argument[0].kind != "string":
            return None
        return argument[0], _value(argument[0])


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


class _Pattern:
    """A pattern on its way from one dialect to the other."""

    def __init__(self, text: str, token: Token, pattern: str, *, extended: bool) -> None:
        self._text = text
        self._token = token
        self._pattern = pattern
        self._extended = extended
        self._at = 0
        self.groups = 0

    def result(self) -> str:
        """Return the pattern for the engine."""
        out: list[str] = []
        quantified = False
        while self._at < len(self._pattern):
            character = self._take()
            if character in _BLANKS and self._extended:
                continue
            again = character in "*+?{"
            if again and quantified:
                raise self._refusal("one quantifier follows another")
            out.append(self._outside(character))
            quantified = again
            if again and self._peek() == "?":
                out.append(self._take())
        return "".join(out)

    def _outside(self, character: str) -> str:
        """Translate what begins with a character outside of sets."""
        if character == "\\":
            return self._escape()
        if character == "[":
            return self._set(1)
        if character == "(":
            if self._peek() == "?" and self._pattern[self._at : self._at + 2] != "?:":
                raise self._refusal("it has `(?`, which XPath gives no meaning")
            self.groups += self._peek() != "?"
            if self._peek() == "?":
                self._at += 2
                return "(?:"
        if character == "{":
            quantity = _QUANTITY.match(self._pattern, self._at - 1)
            if quantity is None:
                raise self._refusal("it has a `{` that is no quantity")
            self._at = quantity.end()
            return quantity[0]
        return "\\#" if character == "#" and self._extended else character

    def _escape(self) -> str:
        """Translate what follows a backslash."""
        letter = self._take()
        if letter in _SETS:
            return _SETS[letter]
        if letter in {"p", "P"}:
            category = _CATEGORY.match(self._pattern, self._at)
            if category is None:
                raise self._refusal(f"`\\{letter}` is followed by no general category of Unicode")
            self._at = category.end()
            return f"\\{letter}{category[0]}"
        if letter not in _SINGLE or not letter:
            what = (
                "a group cannot be referred to here" if letter.isdigit() else "XPath has none such"
            )
            raise self._refusal(f"it has `\\{letter}`: {what}")
        return f"\\{letter}"

    def _set(self, depth: int) -> str:
        """Translate a set, whose bracket was taken, up to its end."""
        if depth > _DEEPEST:
            raise self._refusal("its sets are nested too deeply")
        negated = self._peek() == "^"
        self._at += negated
        members: list[str] = []
        while (character := self._take()) != "]" or not members:
            if not character or character in "[]":
                raise self._refusal("a set in it has no end, or a bracket that is not escaped")
            if character == "-" and self._peek() == "[":
                self._at += 1
                taken = self._set(depth + 1)
                if self._take() != "]" or not members:
                    raise self._refusal("something follows what is taken from a set")
                return f"[[{'^' * negated}{''.join(members)}]--{taken}]"
            members.append(self._member(character, first=not members))
        return f"[{'^' * negated}{''.join(members)}]"

    def _member(self, character: str, *, first: bool) -> str:
        """Translate a character, a range or an escape in a set."""
        if character == "-" and not first and self._peek() != "]":
            raise self._refusal("a hyphen in a set stands between no two characters")
        start = self._escape() if character == "\\" else _escaped(character)
        two = self._pattern[self._at : self._at + 2]
        if character == "-" or not two.startswith("-") or two in {"-[", "-]", "-"}:
            return start
        self._at += 1
        end = self._take()
        end = self._escape() if end == "\\" else _escaped(end)
        if any(part.startswith("[") or part[1:2] in {"d", "D", "p", "P"} for part in (start, end)):
            raise self._refusal("a range in a set ends in more than one character")
        return f"{start}-{end}"

    def _take(self) -> str:
        """Return the next character and go past it, "" at the end."""
        self._at += 1
        return self._pattern[self._at - 1 : self._at]

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _refusal(self, what: str) -> QueryRegexError:
        return _refusal(self._text, self._token, f"the pattern is none that can be asked: {what}")


def _escaped(character: str) -> str:
    """Return a character as it stands in a set of the engine."""
    if character.isalnum() or not character.isascii() or character == "_":
        return character
    return f"\\x{ord(character):02X}"


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


def _value(token: Token) -> str:
    """Return what a string token says."""
    quotes = _LONG_QUOTE if token.text.startswith(('"""', "'''")) else 1

    def character(match: re.Match[str]) -> str:
        if code := match[1] or match[2]:
            return chr(min(int(code, 16), 0x10FFFF))
        return _PLAIN_ESCAPES.get(match[3], match[3])

    return _STRING_ESCAPE.sub(character, token.text[quotes:-quotes])


def _quoted(value: str) -> str:
    """Return a value as a string of SPARQL."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'


def _refusal(text: str, token: Token, what: str) -> QueryRegexError:
    line, column = place(text, token.start)
    return QueryRegexError(
        f"{what} (line {line}, column {column})",
        line=line,
        column=column,
        hint="use the regular expressions of XPath Functions 7.6, without back-references",
    )
