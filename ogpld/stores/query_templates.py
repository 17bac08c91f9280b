"""Queries that differ in their values only: what was found of one template holds for all of them.

Programs send the same text again and again with another IRI, number or string in it. A template is a text
with its values left out. The tokens of two texts of one template are the same but for the values, because the
tokeniser decides by what it has read before, and by the next character: so the guard, which counts tokens and
brackets and looks into words, says the same of both, and their fingerprints differ in the values alone.

That holds where every value is a token of its own. It is made sure of once for a template, with values that
occur nowhere else; where a value stands in a comment or inside of another token, the template is remembered
as one that says nothing, and each of its texts is looked at.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from ogpld.errors import QueryError
from ogpld.stores.fingerprint import Fingerprint, fingerprint
from ogpld.stores.tokens import scan

#: IRIs and strings without escapes, and integers: what one token of `ogpld.stores.tokens` matches whole.
_VALUES = re.compile(
    r"""(<[^<>"{}|^`\\\x00-\x20]++>|"[^"\\\n\r]++"(?!")|(?<![0-9A-Za-z_.])[0-9]++(?=[\s),;}]|\.\s|\Z))"""
)
#: What stands for the value of a number when a template is examined, and what no text may have for that.
_MARK = "900719925474099"
#: Templates remembered.
_TEMPLATES = 512

_Key = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class QueryTemplate:
    """What the fingerprints of a template's texts have in common.

    Attributes:
        pieces: their texts between the values.
        kind: of the answer.
        stable: whether asking again gives the same.
    """

    pieces: tuple[str, ...]
    kind: str
    stable: bool

    def fingerprint(self, values: list[str]) -> Fingerprint:
        """Return the fingerprint of the text with some values."""
        parts = [*self.pieces, *values]
        parts[::2], parts[1::2] = self.pieces, values
        return Fingerprint("".join(parts), self.kind, self.stable)


class QueryTemplates:
    """Examines queries, each template once.

    Args:
        examine: returns the fingerprint of a text, or raises what is wrong with it.
        text_bytes: bytes that a text may have; one that may have more is examined itself.
    """

    def __init__(self, examine: Callable[[str], Fingerprint], text_bytes: int) -> None:
        self._examine = examine
        self._characters = text_bytes // 4
        self._templates: dict[_Key, QueryTemplate | None] = {}
        self._lock = threading.Lock()  # pages are made in threads, and examine queries too

    def examine(self, text: str) -> Fingerprint:
        """Return the fingerprint of a text.

        Raises:
            QueryError: as `examine` raises it.
        """
        if len(text) > self._characters:
            return self._examine(text)
        parts = _VALUES.split(text)
        values = parts[1::2]
        kinds = "".join([value[0] if value[0] in '<"' else "0" for value in values])
        key = (tuple(parts[::2]), kinds)
        template = self._templates.get(key)
        if template is not None:
            return template.fingerprint(values)
        result = self._examine(text)
        if key not in self._templates:
            template = _template(*key)
            with self._lock:
                if len(self._templates) >= _TEMPLATES:
                    del self._templates[next(iter(self._templates))]
                self._templates[key] = template
        return result


def _template(pieces: tuple[str, ...], kinds: str) -> QueryTemplate | None:
    """Return a template, given its texts between the values; None where a value is no token of its own."""
    marks = [_mark(number, kind) for number, kind in enumerate(kinds)]
    text = "".join(piece + mark for piece, mark in zip(pieces, [*marks, ""], strict=True))
    try:
        tokens = [token.text for token in scan(text)]
    except QueryError:
        return None
    if [token for token in tokens if _MARK in token] != marks:
        return None
    result = fingerprint(text)
    rest, between = result.text, []
    for mark in marks:
        piece, _, rest = rest.partition(mark)
        between.append(piece)
    return QueryTemplate((*between, rest), result.kind, result.stable)


def _mark(number: int, kind: str) -> str:
    """Return a value of a kind ("<", a quote, or "0") that stands nowhere else."""
    digits = f"{_MARK}{number:04}"
    return {"<": f"<x:{digits}>", '"': f'"{digits}"'}.get(kind, digits)
