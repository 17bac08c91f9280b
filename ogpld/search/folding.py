"""The form in which names are compared: case, accents and punctuation make no difference."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_GAPS = re.compile(r"[^\w]+|_+")
#: Scripts that put no blanks between words: Thai, Lao, Burmese, Khmer, Han, Kana.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_SCHEME = re.compile(r"^\s*https?://(?:www\.)?", re.IGNORECASE)


def fold(text: str) -> str:
    """Return the words of a text in small letters without accents, one blank between them.

    >>> fold("Tõnnisson's  e-Riik")
    'tonnisson s e riik'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return _GAPS.sub(" ", letters).strip()


def fold_latin(text: str) -> str:
    """Return the folded form of a text in Latin letters.

    >>> fold_latin("Łódź, Тбилиси")
    'lodz tbilisi'
    """
    return fold(text if text.isascii() else anyascii(text))


def fold_identifier(text: str) -> str:
    """Return an identifier as it is compared; addresses without scheme and `www.`.

    >>> fold_identifier("https://www.example.org/members/Estonia/")
    'example org members estonia'
    """
    return fold(_SCHEME.sub("", text))


def is_unspaced(text: str) -> bool:
    """Say whether a text has letters of a script that puts no blanks between words."""
    return _UNSPACED.search(text) is not None
