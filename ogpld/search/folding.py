"""The form in which names are compared: case, accents and punctuation make no difference."""

from __future__ import annotations

import re
import unicodedata

_GAPS = re.compile(r"[^\w]+|_+")


def fold(text: str) -> str:
    """Return the words of a text in small letters without accents, one blank between them.

    >>> fold("Tõnnisson's  e-Riik")
    'tonnisson s e riik'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return _GAPS.sub(" ", letters).strip()
