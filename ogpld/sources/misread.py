"""Find text that is UTF-8 read as Windows-1252 and saved again: `Ãµ` for õ, `â€“` for a dash.

A cell is told when all of its letters and signs beyond ASCII, written in Windows-1252, are UTF-8 again, so
that one accent, dash or quotation mark that stands as it is speaks for the cell. Few texts pass that by
chance: capitals before a sign of punctuation do (`IRMÃ…`, `CAFÉ…`), and do not count. Bytes that have no
character in Windows-1252 stand as themselves, as spreadsheet programs leave them.
"""

from __future__ import annotations

import encodings.cp1252  # noqa: F401  (a confined worker cannot load it)
import re

#: The characters of bytes that continue one of UTF-8, in Windows-1252.
_NEXT = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xC0))
_NEXT_CLASS = f"[{re.escape(_NEXT)}]"
_MISREAD = re.compile(f"[\xc2-\xf4]{_NEXT_CLASS}")
#: Signs that may follow a capital in any text.
_PUNCTUATION = "\u2018\u2019\u201c\u201d\u2039\u203a«»\u2013\u2014…•™®©°"
_CHANCE = re.compile(f"[A-Z][\xc2-\xc5][{_PUNCTUATION}](?![a-z])")
#: Texts read wrong several times over are undone so often.
_TIMES = 3
#: Characters that two bytes spell and texts of Latin script have; and signs, beginning with â and ï.
_COMMON = re.compile("[\xa0-\u017f\u2000-\u2bff\ufb00-\uffff]")
#: So many others speak for another script.
_SEVERAL = 3


def may_be_misread(text: str) -> bool:
    """Say whether a text has anything that `meant_text` has to look at."""
    return not text.isascii() and _MISREAD.search(text) is not None


def meant_text(text: str) -> str:
    """Return what a text was before it was read in the wrong encoding, "" if it was not."""
    meant = ""
    for _ in range(_TIMES):
        if not (before := _undone(meant or text)):
            break
        meant = before
    return meant


def _undone(text: str) -> str:
    """Return a text as UTF-8 that was read as Windows-1252 once, "" where it cannot have been."""
    if not may_be_misread(_CHANCE.sub("", text)):
        return ""
    try:
        meant = b"".join(map(_byte, text)).decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return ""
    signs = [character for character in meant if not character.isascii()]
    if any(map(_COMMON.match, signs)) or len(signs) >= _SEVERAL:
        return meant
    return ""


def _byte(character: str) -> bytes:
    """Return the byte a character was read from."""
    if "\x80" <= character <= "\x9f":
        return bytes([ord(character)])
    return character.encode("cp1252")
