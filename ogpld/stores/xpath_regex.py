r"""Translate regular expressions of XPath into those of the engine: the only place that does.

SPARQL's REGEX and REPLACE and SHACL's `sh:pattern` (section 4.4.3) take what fn:matches takes: XPath and
XQuery Functions and Operators 5.6.1, XML Schema part 2 appendix F. The engine has another dialect, in
which some of the same texts mean something else: `[a-z-[aeiou]]`, `\w`, `\s`, `.`, `\b`. So each
expression is read by the grammar of the specification and written anew; what that grammar does not
have, or the engine cannot do, is refused and never guessed. One pass over the text; classes inside of
classes are followed to `_DEEPEST`.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_BLOCKS = Path(__file__).with_name("unicode-blocks.csv")
_FLAGS = frozenset("smixq")
_CATEGORY = re.compile(r"L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")
_START = (
    r"_:A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}"
    r"\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}"
    r"\x{10000}-\x{EFFFF}"
)
_NAME = _START + r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}"
#: Multi-character escapes (XML Schema part 2, F.1.1), as classes of the engine.
_CLASSES = {
    "d": r"[\p{Nd}]",
    "D": r"[^\p{Nd}]",
    "s": r"[\x20\t\n\r]",
    "S": r"[^\x20\t\n\r]",
    "w": r"[^\p{P}\p{Z}\p{C}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
    "i": f"[{_START}]",
    "I": f"[^{_START}]",
    "c": f"[{_NAME}]",
    "C": f"[^{_NAME}]",
}
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
#: What may be escaped to stand for itself.
_ESCAPED = frozenset(r"\|.?*+(){}-[]^$")
#: What is beyond the specification, but often escaped in shapes: no dialect takes it for anything else.
_ESCAPED_IN_SHAPES = frozenset('/"@#%&,:;=!~ ')
_SPACE = frozenset(" \t\n\r")
_BRACES = re.compile(r"\{([A-Za-z0-9-]+)\}")
_DEEPEST = 8
_QUANTITY = re.compile(r"\{(\d+)(?:,(\d*))?\}", re.ASCII)


class RegexError(ValueError):
    """An expression that is none, or that cannot be run here; the text says why."""


class EngineRegex(NamedTuple):
    """An expression as the engine takes it.

    Attributes:
        pattern: the expression in the engine's dialect.
        flags: the flags that are left for the engine, "" for none.
        groups: number of its capturing groups.
    """

    pattern: str
    flags: str
    groups: int = 0


@lru_cache(maxsize=1)
def blocks() -> dict[str, str]:
    """Return the characters of each Unicode block, as ranges, by its name without spaces."""
    ranges: dict[str, str] = {}
    with _BLOCKS.open(encoding="ascii", newline="") as file:
        for name, first, last in csv.reader(file):
            ranges[name] = ranges.get(name, "") + f"\\x{{{first}}}-\\x{{{last}}}"
    return ranges


@lru_cache(maxsize=4096)
def engine_regex(pattern: str, flags: str, *, in_query: bool = False) -> EngineRegex:
    """Translate an expression and its flags for the engine.

    Args:
        pattern: the expression, as fn:matches takes it.
        flags: any of s, m, i, x, q, in any order.
        in_query: for a literal in the text of a query, whose flags stay beside it: `.` is left to them
            and to the engine, which takes it for any character but a newline. Blocks of Unicode are
            refused, as a process that answers queries reads no file, and so is what shapes may escape
            beyond the specification.

    Raises:
        RegexError: saying what is wrong, and at which character.
    """
    unknown = sorted(set(flags) - _FLAGS)
    if unknown:
        raise RegexError(f"the flag {unknown[0]} is none of s, m, i, x, q")
    case = "i" if "i" in flags else ""
    if "q" in flags:
        return EngineRegex("".join(map(_literal, pattern)), case)
    lines = "m" if "m" in flags else ""
    translation = _Translation(pattern, flags, in_query=in_query)
    return EngineRegex(translation.whole(), case + lines, translation.groups)


def _literal(character: str) -> str:
    """Return a character as it stands for itself anywhere in an expression of the engine."""
    if character.isalnum() or character == "_":
        return character
    return f"\\x{{{ord(character):X}}}"


class _Translation:
    """One expression on its way from one dialect to the other."""

    def __init__(self, pattern: str, flags: str, *, in_query: bool) -> None:
        self._pattern = pattern
        self._at = 0
        self._in_query = in_query
        self.groups = 0
        if in_query:
            self._dot = "."
        else:
            self._dot = "(?s:.)" if "s" in flags else r"[^\n\r]"
        self._spaced = "x" in flags
        self._any_case = "i" in flags

    def whole(self) -> str:
        """Return the whole expression."""
        out: list[str] = []
        depth, atom = 0, False
        while (character := self._next()) is not None:
            if character == "(":
                out.append(self._group())
                depth, atom = depth + 1, False
            elif character == ")":
                depth, atom = depth - 1, True
                if depth < 0:
                    raise self._refused("a bracket is closed that was not opened")
                out.append(")")
            elif character == "|":
                out.append("|")
                atom = False
            elif character in "?*+{":
                if not atom:
                    raise self._refused(f"{character} follows nothing that it could repeat")
                out.append(self._quantifier(character))
                atom = False
            else:
                out.append(self._atom(character))
                atom = True
        if depth:
            raise self._refused("a bracket is not closed")
        return "".join(out)

    def _next(self) -> str | None:
        """Take the next character; white space is none under the flag x."""
        while self._at < len(self._pattern):
            character = self._pattern[self._at]
            self._at += 1
            if not (self._spaced and character in _SPACE):
                return character
        return None

    def _peek(self) -> str | None:
        at = self._at
        character = self._next()
        self._at = at
        return character

    def _group(self) -> str:
        if self._peek() != "?":
            self.groups += 1
            return "("
        self._next()
        if self._next() != ":":
            raise self._refused("of what begins with (? there is (?: only")
        return "(?:"

    def _quantifier(self, character: str) -> str:
        text = character
        if character == "{":
            while text[-1] != "}":
                follows = self._next()
                if follows is None:
                    raise self._refused("{ is not closed; write \\{ for the character")
                text += follows
            bounds = _QUANTITY.fullmatch(text)
            if not bounds or (bounds[2] and int(bounds[1]) > int(bounds[2])):
                raise self._refused(f"{text} is no quantity; write \\{{ for the character")
        if self._peek() == "?":
            self._next()
            text += "?"
        return text

    def _atom(self, character: str) -> str:
        if character == ".":
            return self._dot
        if character in "^$":
            return character
        if character == "[":
            return self._class()
        if character == "\\":
            text = self._escape(self._next())
            if len(text) == 1:
                return _literal(text)
            return f"(?-i:{text})" if self._any_case else text  # the flag is for characters only
        return _literal(character) if self._spaced else character

    def _escape(self, character: str | None) -> str:
        """Return the character an escape stands for, or the class."""
        if character is None:
            raise self._refused("it ends with a backslash")
        if character in _CLASSES:
            return _CLASSES[character]
        if character in "pP":
            return self._property(negated=character == "P")
        if character in _SINGLE:
            return _SINGLE[character]
        if character in _ESCAPED or (character in _ESCAPED_IN_SHAPES and not self._in_query):
            return character
        if character.isdigit():
            raise self._refused("references back to a group are not run here")
        raise self._refused(f"\\{character} means nothing in expressions of XPath")

    def _property(self, *, negated: bool) -> str:
        braces = _BRACES.match(self._pattern, self._at)
        if braces is None:
            raise self._refused("\\p needs a name in braces")
        self._at = braces.end()
        name, sign = braces[1], "^" if negated else ""
        if _CATEGORY.fullmatch(name):
            return f"[{sign}\\p{{{name}}}]"
        if name.startswith("Is") and self._in_query:
            raise self._refused(f"{name} is a block of Unicode, which queries cannot name")
        block = blocks().get(name.removeprefix("Is")) if name.startswith("Is") else None
        if block is None:
            raise self._refused(f"{name} is no category or block of Unicode")
        return f"[{sign}{block}]"

    # ---- classes of characters, in which white space stands for itself ----

    def _class(self, depth: int = 1) -> str:
        """Return a class whose opening bracket was taken (XML Schema part 2, F.1)."""
        if depth > _DEEPEST:
            raise self._refused(f"classes are nested more than {_DEEPEST} deep")
        pattern, sign = self._pattern, ""
        if pattern[self._at : self._at + 1] == "^":
            sign = "^"
            self._at += 1
        members: list[str] = []
        while True:
            if self._at >= len(pattern):
                raise self._refused("[ is not closed")
            if pattern[self._at] == "]":
                self._at += 1
                break
            if members and pattern.startswith("-[", self._at):
                self._at += 2
                without = self._class(depth + 1)
                if pattern[self._at : self._at + 1] != "]":
                    raise self._refused("after what is taken from a class, the class ends")
                self._at += 1
                return f"[[{sign}{''.join(members)}]--{without}]"
            members.append(self._member(leading=not members))
        if not members:
            raise self._refused("a class is empty; write \\] for the bracket")
        return f"[{sign}{''.join(members)}]"

    def _member(self, *, leading: bool) -> str:
        """Return a character, a range or an escape; a hyphen for itself comes first or last."""
        hyphen = self._pattern[self._at] == "-"
        first = self._class_character()
        if hyphen and not leading and self._pattern[self._at : self._at + 1] != "]":
            raise self._refused("- in a class stands between no two characters; write \\-")
        if hyphen:
            return _literal(first)
        if len(first) > 1:
            return first
        follows = self._pattern[self._at : self._at + 2]
        if len(follows) < 2 or follows[0] != "-" or follows[1] in "[]":  # noqa: PLR2004
            return _literal(first)
        self._at += 1
        last = self._class_character()
        if len(last) > 1 or last < first:
            raise self._refused("a range of characters ends before it begins, or in a class")
        return f"{_literal(first)}-{_literal(last)}"

    def _class_character(self) -> str:
        """Take a character, or an escape that is a class: then more than one is returned."""
        character = self._pattern[self._at]
        self._at += 1
        if character == "[":
            raise self._refused("[ stands in a class; write \\[")
        if character != "\\":
            return character
        escaped = self._pattern[self._at : self._at + 1]
        self._at += 1
        if self._any_case and escaped in {"p", "P"}:
            raise self._refused("under the flag i, \\p is not run inside of a class")
        return self._escape(escaped or None)

    def _refused(self, message: str) -> RegexError:
        return RegexError(f"{message} (character {self._at})")
