"""The published form of a value: of every datatype, and what the query engine gives back too."""

from __future__ import annotations

import pytest

from ogpld.errors import ModelError
from ogpld.integer_types import INTEGER_RANGES
from ogpld.model.literal_forms import FORMS
from ogpld.model.literals import literal_reader
from ogpld.model.schema import PropertyDef
from ogpld.rdf import RDF, XSD, Literal
from ogpld.shacl.wellformed import is_well_formed
from ogpld.stores.as_written import engine_form
from ogpld.validate.lexical import lexical_form_problem

#: By datatype: texts with the form they are published in.
READ = {
    "decimal": {
        "1.5": "1.5",
        "+01.50": "1.5",
        "-0.0": "0",
        ".5": "0.5",
        "5.": "5",
        "1" * 18: "1" * 18,
    },
    "double": {
        "1.5": "1.5",
        "1.5e3": "1500",
        "1E-3": "0.001",
        "INF": "INF",
        "1.0": "1",
        "-0": "-0",
    },
    "float": {"0.1": "0.1", "16777217": "16777216", "NaN": "NaN", "1e10": "10000000000"},
    "integer": {"+007": "7", "0": "0", "-0": "0", "0" * 5000 + "12": "12", "9" * 18: "9" * 18},
    "boolean": {"YES": "true", "false": "false", "no": "false"},
    "date": {"2024-02-29": "2024-02-29"},
    "gYear": {"2024": "2024"},
    "gYearMonth": {"2024-12": "2024-12"},
    "gMonthDay": {"--02-29": "--02-29"},
    "gMonth": {"--12": "--12"},
    "gDay": {"---31": "---31"},
    "dateTime": {
        "2024-02-29T09:30:00Z": "2024-02-29T09:30:00Z",
        "2024-02-29 09:30:00": "2024-02-29T09:30:00",
        "2024-02-29T23:30:00.50-02:00": "2024-03-01T01:30:00.5Z",
        "2024-02-29T24:00:00Z": "2024-03-01T00:00:00Z",
    },
    "time": {"09:30:00": "09:30:00", "23:30:00-02:00": "01:30:00Z", "10:00:00.50Z": "10:00:00.5Z"},
    "duration": {"P18M": "P1Y6M", "PT36H": "P1DT12H", "-PT0.50S": "-PT0.5S", "P0Y": "PT0S"},
    "yearMonthDuration": {"P18M": "P1Y6M", "P0Y": "P0M"},
    "dayTimeDuration": {"PT36H": "P1DT12H", "PT61S": "PT1M1S"},
    "anyURI": {"https://x.example/a?b#c": "https://x.example/a?b#c", "urn:isbn:1": "urn:isbn:1"},
    "string": {"a; b": "a; b"},
    "normalizedString": {"a  b": "a  b"},
    "token": {"a b": "a b"},
    "NMTOKEN": {"1a": "1a"},
    "NCName": {"a-1": "a-1"},
    "Name": {"a:b": "a:b"},
    "language": {"sr-Latn": "sr-Latn"},
    "hexBinary": {"0a": "0A"},
    "base64Binary": {"AAA=": "AAA="},
    "nonNegativeInteger": {"0": "0", "5": "5"},
    "positiveInteger": {"1": "1"},
    "nonPositiveInteger": {"-3": "-3"},
    "negativeInteger": {"-3": "-3"},
    "byte": {"-128": "-128"},
    "unsignedByte": {"255": "255"},
}
#: By datatype: texts that are none.
REFUSED = {
    "decimal": [
        "1,5",
        "1 000",
        "1.000,50",
        "1e3",
        "",
        "1.2.3",
        "0x1",
        "\uff11",
        "1" * 19,
        "INF",
        "50%",
    ],
    "double": ["1,5", "1e999", "inf", "nan", "1e", ""],
    "float": ["1e39", "1,5"],
    "integer": ["1.0", "1,000", "1e3", "\u0661", "1" * 19, ""],
    "boolean": ["1", "maybe", ""],
    "date": [
        "2023-02-29",
        "2024-13-01",
        "2023-2-1",
        "2023",
        "2023-01-01Z",
        "\uff12\uff10\uff12\uff13-01-01",
    ],
    "gYear": ["0000", "20234", "-0044", "\uff12\uff10\uff12\uff13"],
    "gYearMonth": ["2023-13", "2023", "0000-01"],
    "gMonthDay": ["--02-30", "02-03"],
    "gDay": ["---32"],
    "gMonth": ["--13"],
    "dateTime": [
        "2024-02-29",
        "2024-02-30T00:00:00",
        "2024-02-29T25:00:00",
        "2024-02-29T24:00:01Z",
    ],
    "time": ["9:30", "24:00:01", "09:60:00"],
    "duration": ["P", "PT", "1Y", "P1.5Y", "P1YT", ""],
    "yearMonthDuration": ["P1D"],
    "dayTimeDuration": ["P1Y"],
    "anyURI": ["x.example", "a b", "https://x.example/ b", "<x:y>"],
    "token": [" a", "a  b"],
    "language": ["english language", ""],
    "hexBinary": ["0", "0g"],
    "base64Binary": ["A"],
    "nonNegativeInteger": ["-1", "1.5"],
    "positiveInteger": ["0"],
    "negativeInteger": ["0"],
    "byte": ["128", "-129"],
    "unsignedByte": ["256", "-1"],
}


def _property(*datatypes: str) -> PropertyDef:
    return PropertyDef("urn:p", "urn:s", "p", datatypes=datatypes)


@pytest.mark.parametrize("name", sorted(FORMS.keys() | READ.keys()))
def test_a_form_is_canonical_and_what_the_engine_gives_back(name: str) -> None:
    """Reading it again changes nothing; the gate takes it. The engine widens types derived from integer."""
    read = literal_reader(_property(XSD(name).value))
    for text, form in READ.get(name, {"7": "7"} if name in INTEGER_RANGES else {}).items():
        literal = read(text)
        assert literal == Literal(form, datatype=XSD(name))
        assert read(form) == literal
        assert is_well_formed(form, XSD(name).value)
        assert lexical_form_problem(literal) is None
        assert text == form or lexical_form_problem(Literal(text, datatype=XSD(name)))
        assert engine_form(literal).value == form
        assert engine_form(literal).datatype == (
            XSD("integer") if name in INTEGER_RANGES else XSD(name)
        )
    assert name in READ or name in INTEGER_RANGES


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_no_value_is_said(name: str) -> None:
    """With the text itself, whatever it is; by the gate as by the reader of cells."""
    read = literal_reader(_property(XSD(name).value))
    for text in REFUSED[name]:
        assert repr(text) in (lexical_form_problem(Literal(text, datatype=XSD(name))) or "")
        with pytest.raises(ValueError, match=r"is|has") as error:
            read(text)
        assert repr(text) in str(error.value)


def test_a_comma_and_other_digits_are_named() -> None:
    """What a clerk has to change is in the message."""
    read = literal_reader(_property(XSD("decimal").value))
    for text in ("1,5", "1 000", "1.000,5", "1'000"):
        with pytest.raises(ValueError, match="at most one point are read, as in 1234"):
            read(text)
    for name in ("decimal", "integer", "gYear", "date", "dateTime"):
        with pytest.raises(
            ValueError, match=r"digits of another script; write it with 0 to 9: '2023'"
        ):
            literal_reader(_property(XSD(name).value))("\uff12\uff10\uff12\uff13")


def test_of_several_datatypes_the_narrowest_is_taken() -> None:
    """Whatever their order in the shape."""
    for names in (("string", "integer", "date"), ("date", "string", "integer")):
        read = literal_reader(_property(*(XSD(name).value for name in names)))
        assert [read(t).datatype for t in ("2024-01-01", "12", "x")] == [
            XSD("date"),
            XSD("integer"),
            XSD("string"),
        ]
    read = literal_reader(_property(XSD("dateTime").value, XSD("date").value))
    assert [read(t).datatype for t in ("2024-01-01", "2024-01-01T00:00:00Z")] == [
        XSD("date"),
        XSD("dateTime"),
    ]


@pytest.mark.parametrize("datatype", [RDF("HTML").value, XSD("QName").value, "https://x.example/t"])
def test_a_datatype_no_table_can_fill_is_named(datatype: str) -> None:
    """With the property, and with what can be."""
    with pytest.raises(ModelError, match="no table can fill") as error:
        literal_reader(_property(datatype))
    assert datatype in error.value.message
    assert "decimal" in error.value.hint
