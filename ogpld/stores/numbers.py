"""Refuse numbers in a query that the engine does not hold as they are.

Its integers end at 64 bits and its decimals at 18 digits after the point (and 128 bits in all). Past that
it keeps the text, and every comparison is an error, so that a FILTER is silently false. It also takes
every derived type for an integer, `"1200"^^xsd:byte` for one, which is no number at all (XSD 1.1 part 2,
section 3.4). What a query computes can pass these bounds as well; `docs/sparql-deviations.md` says so.
"""

from __future__ import annotations

import re

from ogpld.errors import QueryNumberError
from ogpld.integer_types import INTEGER_RANGES
from ogpld.stores.query_names import QueryNames
from ogpld.stores.tokens import Token, place, refusal, scan, string_value, unescape

_XSD = "http://www.w3.org/2001/XMLSchema#"
_LONG = 2**63
#: A text without a match and without a datatype has no number to look at.
LONG_NUMBER = re.compile("[0-9.][0-9.]{18}")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"([+-]?[0-9]*)\.?([0-9]*)")
#: Digits after the point that a decimal can have, digits before it that are worth reading, and the first
#: number, counted in its last digits, that has no room.
_PLACES = 18
_DIGITS = 21
_DECIMAL_END = 2**127
#: Digits of a number that an error repeats.
_EXCERPT = 40


def check_numbers(text: str) -> None:
    """Look at the numbers a query is written with, in one pass over its tokens.

    Raises:
        QueryNumberError: for the first one that the engine would not hold.
        QueryError: for text that has no tokens.
    """
    if "^^" not in text and not LONG_NUMBER.search(text):
        return
    tokens = list(scan(text))
    names = QueryNames(tokens, "")
    for number, token in enumerate(tokens):
        if token.kind == "number":
            _check_number(text, token)
        elif number > 1 and tokens[number - 1].text == "^^" and tokens[number - 2].kind == "string":
            _check_typed(text, tokens[number - 2], _iri(token, names))


def _check_number(text: str, token: Token) -> None:
    """Look at a number without quotes; a sign in front is an operator to the engine."""
    written = token.text
    if "e" in written.lower():
        return
    if "." in written:
        _check_decimal(text, token, written)
    elif len(written.lstrip("0")) > _DIGITS or int(written) >= _LONG:
        raise _too_large(text, token, written)


def _check_typed(text: str, token: Token, datatype: str) -> None:
    """Look at a literal with a datatype."""
    name = datatype.removeprefix(_XSD)
    if name not in INTEGER_RANGES and name != "decimal":
        return
    value = string_value(token).strip(" \t\r\n")
    if name == "decimal":
        if _DECIMAL.fullmatch(value) and any(map(str.isdigit, value)):
            _check_decimal(text, token, value)
        return
    if not _INTEGER.fullmatch(value):
        return
    least, most = INTEGER_RANGES[name]
    sign, digits = value[0] if value[0] in "+-" else "", value.lstrip("+-").lstrip("0") or "0"
    number = int(sign + digits[: _DIGITS + 1])
    if (least is not None and number < least) or (most is not None and number > most):
        raise _refusal(text, token, f"{value[:60]} is no xsd:{name}", "write a value of that type")
    if not -_LONG <= number < _LONG:
        raise _too_large(text, token, value)


def _check_decimal(text: str, token: Token, written: str) -> None:
    """Look at a decimal: at most 18 digits after the point, and 128 bits with them."""
    match = _DECIMAL.fullmatch(written)
    if match is None:
        return
    whole, part = match[1].lstrip("+-").lstrip("0"), match[2].rstrip("0")
    if len(part) > _PLACES:
        raise _refusal(
            text,
            token,
            f"{written[:60]} has more than {_PLACES} digits after the point, the most there can be",
            "round it, or write it with an exponent: it is a double then",
        )
    if len(whole) > _DIGITS or int(whole + part.ljust(_PLACES, "0") or "0") >= _DECIMAL_END:
        raise _too_large(text, token, written)


def _iri(token: Token, names: QueryNames) -> str:
    """Return a datatype's IRI, however the query writes it; a relative one as if it were XSD's."""
    iri = names.resolve(token) if token.kind == "name" else unescape(token.text[1:-1])
    return iri if ":" in iri else _XSD + iri.rpartition("#")[2]


def _too_large(text: str, token: Token, written: str) -> QueryNumberError:
    shortened = written if len(written) <= _EXCERPT else f"{written[:_EXCERPT]}…"
    return _refusal(
        text,
        token,
        f"the number {shortened} is too large: integers have 64 bits here, decimals 128",
        "write it with an exponent (1.2e19): it is a double then",
    )


def _refusal(text: str, token: Token, what: str, hint: str) -> QueryNumberError:
    return refusal(QueryNumberError, place(text, token.start), what, hint)
