"""Find personal contact data in a text: mail addresses, telephone numbers, names with a title.

OGP's sheet has contact persons in cells meant for institutions. Names alone cannot be told from names
of bodies, so a cell with any of these signs is withheld whole. The patterns
are wider than those of the gate (shapes/contact-data.ttl), which refuses, because withholding a cell
costs less than publishing a person.
"""

from __future__ import annotations

import re

_SIGNS = {
    "holds a mail address": re.compile(
        r"[^@©\s]\s?[@©]\s?[\w-]+\.[A-Za-z]|\be-?mail\s*:|\[e?-?mail\]", re.IGNORECASE
    ),
    "holds a telephone number": re.compile(
        r"(^|[^A-Za-z0-9])(\+|00)\s?[1-9][\d ()./-]{5,}\d"
        r"|(^|[^a-z])(tel|telephone|phone|mobile|mob|fax|cell)[.:]*\s*[+\d(][\d ()./'-]{4,}\d"
        r"|\[phone\]|\[tel\]",
        re.IGNORECASE,
    ),
    # not IGNORECASE, since Hon is a title and hon part of words
    "names a person by a title": re.compile(
        r"\b(Mr|Mrs|Ms|Miss|Dr|Prof|Hon|Engr|Atty|Sr|Sra|Mme)\b\.?\s?[A-ZÀ-ÖØ-ÞĀ-Ž]"
        r"|\bPh\.?\s?D\b"
    ),
}


#: A text without any of these has no sign, as nearly all have none. Each alternative begins with a
#: plain character, so that the engine looks for the set of them first, which is four times quicker.
_SUSPICIOUS = re.compile(
    r"@|©|\[|0|1|2|3|4|5|6|7|8|9|mail|Mail|MAIL"
    r"|Mrs?\b|Ms\b|Miss\b|Mme\b|Dr\b|Prof\b|Hon\b|Ph\b|PhD|Engr\b|Atty\b|Sra?\b"
)


def contact_data(text: str) -> str:
    """Say what sign of a contact person a text has, "" for none; characters nobody sees hide no sign."""
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    if not _SUSPICIOUS.search(text):
        return ""
    return next((reason for reason, sign in _SIGNS.items() if sign.search(text)), "")
