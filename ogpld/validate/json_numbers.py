"""Numbers of JSON-LD that the parser takes for doubles although they are whole.

JSON-LD 1.1 API, Object to RDF Conversion: a number without a fraction whose absolute value is less
than 10^21 is an `xsd:integer`; the parser draws the line at 10^20. Numbers in between are replaced by
whole numbers that stand nowhere else in the document, and put back into the statements, so that
types a context gives them and JSON literals are right as well.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from decimal import Decimal

from ogpld.rdf import Literal, Quad
from ogpld.validate.document_text import DocumentText

_STRING_OR_NUMBER = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?(?P<size>\d++(?:\.\d++)?(?:[eE][+-]?\d++)?)',
    re.DOTALL | re.ASCII,
)
_LEAST, _END = Decimal(10) ** 20, Decimal(10) ** 21
#: A number in the place of another has a part that stands nowhere in the document, its position in
#: six digits, and a 7 so that no form of it drops a zero; 16 digits, which a double holds exactly.
_PREFIXES = range(100_000_000, 900_000_000)
_MOST = 1_000_000


@dataclass(slots=True)
class WholeNumbers:
    """Whole numbers of 21 digits in a document, and what stands for them.

    Attributes:
        text: the document with other numbers in their place.
        digits: their digits, in order.
        pattern: finds what stands for them in literals, None when there are none.
    """

    text: str
    digits: list[str] = field(default_factory=list)
    pattern: re.Pattern[str] | None = None

    @classmethod
    def of(cls, text: str, document: DocumentText) -> WholeNumbers:
        """Look for them.

        Raises:
            DocumentError: `document-too-large` for more than a million of them.
        """
        if not any(_is_affected(found["size"]) for found in _STRING_OR_NUMBER.finditer(text)):
            return cls(text)
        plain = text.replace(".", "")
        while (prefix := str(secrets.choice(_PREFIXES))) in plain:
            pass
        digits: list[str] = []

        def replaced(found: re.Match[str]) -> str:
            size: str | None = found["size"]
            if size is None or (len(size) < len(f"{_LEAST:f}") and "e" not in size.lower()):
        return False
    number = Decimal(size)
    return _LEAST <= number < _END and number == number.to_integral_value()
