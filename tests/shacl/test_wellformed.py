"""What is a literal of its datatype: the same to Python, to the engine, and nearly to rdflib."""

from __future__ import annotations

import pytest
import rdflib

from ogpld.rdf import XSD, Literal
from ogpld.shacl.wellformed import ill_formed, is_well_formed, needs_python
from ogpld.stores.validation_store import ValidationStore

TEXTS = [
    *("", "x", "1", "01", "+1", "-1", "1.0", "1e3", ".5", "INF", "NaN", "true", "TRUE", "0", "1 "),
    *("2020", "0020", "20", "02020", "-2020", "2020Z", "2020+14:00", "2020+15:00", "2020-01"),
    *("2020-13", "2020-00", "2020-1", "2020-01-01", "2020-02-29", "2019-02-29", "1900-02-29"),
    *("2000-02-29", "2020-04-31", "2020-01-01Z", "2020-01-1", "2020-01-01T00:00:00"),
    *(
        "2020-01-01T24:00:00",
        "2020-01-01T25:00:00",
        "2020-01-01T00:00:00.5Z",
        "2020-02-30T00:00:00",
    ),
    *("P1Y", "P", "PT", "P1YT", "PT1.5S", "-P1D", "abcd", "abc", "99999999999999999999"),
    *("128", "-129", "255", "256", "65536", "--02-30", "--02-29", "---31", "---32", "--13"),
]
DATATYPES = ["boolean", "integer", "gYear", "gYearMonth", "date", "dateTime"]


@pytest.mark.parametrize("name", DATATYPES)
def test_the_engine_agrees(name: str) -> None:
    """The expression is true for exactly the texts Python refuses."""
    datatype = XSD(name)
    expression = ill_formed(datatype.value, "?v")
    assert expression is not None
    assert not needs_python(datatype.value)
    for text in TEXTS:
        literal = Literal(text, datatype=datatype)
        bound = expression.replace("?v", str(literal))
        ((verdict,),) = ValidationStore().rows(f"SELECT ({bound} AS ?wrong) {{}}")
        assert (verdict.value == "true") == (not is_well_formed(text, datatype.value)), literal


@pytest.mark.parametrize(
    "name", ["integer", "byte", "unsignedShort", "nonNegativeInteger", "decimal", "boolean", "date"]
)
def test_rdflib_agrees(name: str) -> None:
    """PySHACL goes by what rdflib can convert, which takes more forms; what we take, it takes."""
    for text in TEXTS:
        literal = rdflib.Literal(text, datatype=rdflib.XSD[name])
        if is_well_formed(text, XSD(name).value) and text != "-2020":
            assert not literal.ill_typed, literal


def test_unknown_datatypes_have_every_text() -> None:
    """Any text is well-formed for a datatype that is not known."""
    assert is_well_formed("anything", "http://example.org/mine")
    assert is_well_formed("", XSD("string").value)
    assert not needs_python(XSD("anyURI").value)


def test_very_long_numbers_are_no_trouble() -> None:
    """Python refuses to convert them; they are integers all the same."""
    assert is_well_formed("9" * 10_000, XSD("integer").value)
