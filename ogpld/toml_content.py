"""Read TOML, and refuse in a sentence what would take the parser minutes or end it."""

from __future__ import annotations

import re
import tomllib
from typing import Any, BinaryIO

#: Bytes of a file; ours have a twentieth of it.
MOST = 1_048_576
#: Tables and lists within each other; ours have five.
_DEPTH = 32
#: Parts of keys, and strings and numbers of values; a string without its end goes as far as it can.
_PART = r"""(?:[A-Za-z0-9_\-]++|"(?:[^"\\\n]|\\[^\n])*+"?+|'[^'\n]*+'?+)"""
_DOT = r"[ \t]*+\.[ \t]*+"
#: Every piece of a file, in one pass that never looks back: what stands between, a comment, a string of many
#: lines, a key of up to 64 parts (or a value) and the dot after the last of 64.
_PIECE = re.compile(
    r"""[^A-Za-z0-9_\-"'#]++|#[^\n]*+"""
    r"""|"{3}(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}+)?+"""
    r"""|'{3}(?:[^']|'(?!''))*+(?:'{3,5}+)?+"""
    rf"|(?:{_PART}{_DOT}){{0,63}}+(?:{_PART}(?P<more>{_DOT})?+)?+",
    re.DOTALL,
)
#: Whole numbers that TOML has (1.0.0, Integer).
_WHOLE = range(-(1 << 63), 1 << 63)


def toml_content(stream: BinaryIO) -> tuple[str, dict[str, Any]]:
    """Return the text of a file and what it says.

    Raises:
        OSError: where it cannot be read.
        ValueError: with what is wrong: no UTF-8, no TOML, too large, too deep, or a number that TOML has not.
    """
    read = stream.read(MOST + 1)
    if len(read) > MOST:
        raise ValueError(f"it has more than {MOST:,} bytes")
    text = read.decode("utf-8-sig")
    _check_keys(text)
    try:
        content = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError(_too_deep()) from error
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # a number is longer than Python reads
        raise ValueError(_too_large()) from error
    _check(content, _DEPTH)
    return text, content


def _check_keys(text: str) -> None:
    """Refuse a key of many parts: the parser's time grows with the square of their number."""
    for piece in _PIECE.finditer(text):
        if piece["more"]:
            line = text.count("\n", 0, piece.start()) + 1
            raise ValueError(f"a key has more than 64 parts (at line {line})")


def _check(value: object, depth: int) -> None:
    if not depth:
        raise ValueError(_too_deep())
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            _check(part, depth - 1)
    elif isinstance(value, int) and value not in _WHOLE:
        raise ValueError(_too_large())


def _too_deep() -> str:
    return f"lists and tables stand more than {_DEPTH} deep within each other"


def _too_large() -> str:
    return "a whole number has more than 64 bits"
