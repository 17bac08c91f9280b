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
        if not any(_is_affected(match["size"]) for match in _STRING_OR_NUMBER.finditer(text)):
            return cls(text)
        plain = text.replace(".", "")
        while (prefix := str(secrets.choice(_PREFIXES))) in plain:
            pass
        digits: list[str] = []

        def replaced(match: re.Match[str]) -> str:
            size: str | None = match["size"]
            if size is None or not _is_affected(size):
                return match[0]
            if len(digits) >= _MOST:
                raise document.error(
                    f"it has more than {_MOST:,} numbers of 21 digits", code="document-too-large"
                )
            digits.append(f"{Decimal(size):.0f}")
            return f"{match[0].removesuffix(size)}{prefix}{len(digits) - 1:06}7"

        text = _STRING_OR_NUMBER.sub(replaced, text)
        return cls(text, digits, re.compile(rf"{prefix[0]}(\.?){prefix[1:]}(\d{{6}})7(E15)?"))

    def restore(self, quad: Quad) -> Quad:
        """Return a statement with the number that was meant."""
        value = quad.object
        if self.pattern is None or not isinstance(value, Literal):
            return quad
        text = self.pattern.sub(self._number, value.value)
        if text == value.value:
            return quad
        return Quad(
            quad.subject, quad.predicate, Literal(text, datatype=value.datatype), quad.graph_name
        )

    def _number(self, match: re.Match[str]) -> str:
        digits = self.digits[int(match[2])]
        if not match[1]:
            return digits
        return f"{digits[0]}.{digits[1:].rstrip('0') or '0'}E20"


def _is_affected(size: str | None) -> bool:
    """Say whether a number is whole, and in the interval about which the parser is wrong."""
    if size is None or (len(size) < len(f"{_LEAST:f}") and "e" not in size.lower()):
        return False
    number = Decimal(size)
    return _LEAST <= number < _END and number == number.to_integral_value()
