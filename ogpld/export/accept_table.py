"""The choice of a form by `Accept` as tables of patterns, for web servers that can only match text.

A media type gets a letter: the higher, the better its weight, and the more closely it is named where weights
are equal. The letters of all forms stand in a row; the first pattern that fits it names the form. Weights are
told apart to one decimal. Otherwise the choice is that of `ogpld/formats/negotiation.py`.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ogpld.formats import media
from ogpld.formats.negotiation import PAGE_TYPES

_LETTERS = string.ascii_uppercase + string.ascii_lowercase
_TENTHS = range(10, -1, -1)
#: Says that there is no header that decides, so the first form is sent.
ANY = "1"
_ALIASES = {row.type: row.aliases for row in media.MEDIA_TYPES}
_BEFORE = r"(?:^|,)\s*"
_PARAMETERS = r"(?:\s*;(?!\s*q\s*=)[^;,]*)*"
_AFTER = rf"{_PARAMETERS}\s*(?:,|$)"


@dataclass(frozen=True, slots=True)
class FormWeight:
    """The weight of a form in `Accept`.

    Attributes:
        name: names it among others; equal weights have one.
        lines: patterns, case aside, with letters; the first that fits counts, `-` is what is not accepted.
    """

    name: str
    lines: tuple[tuple[str, str], ...]


def _weight(tenths: int) -> str:
    """Return the pattern of a weight of so many tenths."""
    if tenths == max(_TENTHS):
        return r"(?:\s*;\s*q\s*=\s*1(?:\.0*)?)?"
    if tenths == 0:
        return r"\s*;\s*q\s*=\s*0?\.0\d*[1-9]\d*"
    return rf"\s*;\s*q\s*=\s*0?\.{tenths}\d*"


_ZERO = r"\s*;\s*q\s*=\s*0?(?:\.0*)?"


def _lines(names: Sequence[str], specificity: int) -> Iterator[tuple[str, str]]:
    alternatives = "|".join(re.escape(name).replace("/", r"\/") for name in names)
    for tenths in _TENTHS:
        letter = _LETTERS[tenths * 3 + specificity]
        yield f"{_BEFORE}(?:{alternatives}){_PARAMETERS}{_weight(tenths)}{_AFTER}", letter


def _refusal(name: str) -> tuple[str, str]:
    return f"{_BEFORE}{re.escape(name)}{_PARAMETERS}{_ZERO}{_AFTER}".replace("/", r"\/"), "-"


def weight_of(media_type: str, others: Sequence[str], *, wild: bool = True) -> FormWeight:
    """Return how a form is weighed among others; `wild` says whether wildcards count."""
    aliases = [name for name in _ALIASES.get(media_type, ()) if name not in others]
    lines = [_refusal(media_type), *_lines([media_type, *aliases], 2)]
    if wild:
        major = f"{media_type.partition('/')[0]}/*"
        lines += [_refusal(major), *_lines([major], 1)]
        lines += [_refusal("*/*"), *_lines(["*/*", "*"], 0)]
    name = hashlib.sha256(repr(lines).encode()).hexdigest()[:8]
    return FormWeight(name, tuple(lines))


def weights_of(media_types: Sequence[str]) -> list[FormWeight]:
    """Return the weights whose letters stand in the row of a choice, in their order."""
    pages = [kind for kind in media_types if kind in PAGE_TYPES]
    others = [kind for kind in media_types if kind not in PAGE_TYPES]
    return [
        *(weight_of(kind, media_types) for kind in others),
        *(weight_of(kind, media_types, wild=False) for kind in pages),
        *(weight_of(kind, media_types) for kind in pages),
    ]


def choice_of(forms: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield patterns of a row of letters, `ANY` or `0` in front, with the suffix that is chosen."""
    pages = [suffix for kind, suffix in forms if kind in PAGE_TYPES]
    others = [suffix for kind, suffix in forms if kind not in PAGE_TYPES]
    yield f"^{ANY}", forms[0][1]
    for tenths in _TENTHS:
        letters = [_LETTERS[tenths * 3 + specificity] for specificity in (2, 1, 0)]
        for place, suffix in enumerate(pages, len(others)):
            yield f"^0.{{{place}}}{letters[0]}", suffix
        for letter in letters:
            for place, suffix in enumerate(others):
                yield f"^0.{{{place}}}{letter}", suffix
    for place, suffix in enumerate(pages, len(others) + len(pages)):
        yield f"^0.{{{place}}}[^-]", suffix
