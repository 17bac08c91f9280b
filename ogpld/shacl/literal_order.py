"""Which of two literals is less, where the engine cannot say (SPARQL 1.1 section 17.3).

The engine's integers end at 64 bits and its decimals at 18 digits, and it knows nothing of stand-ins
(`stores/as_written.py`). "Cannot be compared" must not become "is wrong", so its comparison is asked
first and this one where that is an error.
"""

from __future__ import annotations

import operator
import struct
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from ogpld.integer_types import INTEGER_RANGES
from ogpld.rdf import XSD, Literal, NamedNode
from ogpld.shacl.wellformed import is_well_formed
from ogpld.stores.as_written import as_written
from ogpld.stores.validation_store import Functions, ValidationStore

_NAMESPACE = "urn:x-ogpld:function:"
_WELL_FORMED = f"{_NAMESPACE}wellFormed"
_SIGNS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "<": ("less", operator.lt),
    "<=": ("lessOrEqual", operator.le),
    ">": ("greater", operator.gt),
    ">=": ("greaterOrEqual", operator.ge),
}
_TRUTH = {value: Literal(str(value).lower(), datatype=XSD("boolean")) for value in (True, False)}

Number = tuple[str, Decimal | float]


def holds(left: str, sign: str, right: str) -> str:
    """Return an expression that is true when two values are in order, false when they are not.

    It is false, and no error, for what cannot be compared (SHACL 4.3, 4.5.3).
    """
    function = f"<{_NAMESPACE}{_SIGNS[sign][0]}>"
    return f"COALESCE({left} {sign} {right}, {function}({left}, {right}), false)"


def well_formed(value: str) -> str:
    """Return an expression that is true for literals in the lexical space of their datatype."""
    return f"<{_WELL_FORMED}>({value})"


def functions() -> Functions:
    """Return what these expressions call."""
    functions_by_iri: dict[NamedNode, Callable[..., Any]] = {
        NamedNode(_NAMESPACE + name): partial(_compare, sign) for sign, (name, _) in _SIGNS.items()
    }
    functions_by_iri[NamedNode(_WELL_FORMED)] = _is_well_formed
    return functions_by_iri


def _is_well_formed(term: Any) -> Literal | None:
    written = as_written(term)
    if not isinstance(written, Literal):
        return None
    return _TRUTH[is_well_formed(written.value, written.datatype.value)]


def _compare(sign: str, left: Any, right: Any) -> Literal | None:
    """Compare two stored literals; None when they have no order."""
    left, right = as_written(left), as_written(right)
    if not (isinstance(left, Literal) and isinstance(right, Literal)):
        return None
    if not all(is_well_formed(term.value, term.datatype.value) for term in (left, right)):
        return None
    first, second = _number(left), _number(right)
    if first is None or second is None:
        return _compare_by_query(sign, left, right)
    return _TRUTH[_SIGNS[sign][1](*_promoted(first, second))]


@lru_cache(maxsize=4096)
def _compare_by_query(sign: str, left: Literal, right: Literal) -> Literal | None:
    """Ask the engine about literals that are no numbers, by value."""
    ((result,),) = ValidationStore().rows(f"SELECT ({left} {sign} {right} AS ?found) {{}}")
    return result if isinstance(result, Literal) else None


def _number(literal: Literal) -> Number | None:
    """Return a number with its type: `decimal` (integers too), `float` or `double`."""
    name = XSD.local(literal.datatype.value)
    if name == "decimal" or name in INTEGER_RANGES:
        return "decimal", Decimal(literal.value)
    if name == "double":
        return "double", float(literal.value)
    if name == "float":
        return "float", _single(float(literal.value))
    return None


def _promoted(first: Number, second: Number) -> tuple[Any, Any]:
    """Return two numbers in the type both are compared in (XPath 2.0 appendix B.1)."""
    kinds = {first[0], second[0]}
    if kinds == {"decimal"}:
        return first[1], second[1]
    values = float(first[1]), float(second[1])
    return values if "double" in kinds else (_single(values[0]), _single(values[1]))


def _single(value: float) -> float:
    """Return the nearest number of single precision."""
    try:
        (rounded,) = struct.unpack("f", struct.pack("f", value))
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return float(rounded)
