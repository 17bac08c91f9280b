"""First and last day of a period: of a printed date with two readings they are these, not the year's."""

from __future__ import annotations

from datetime import date

import pytest

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.rdf import NS, SCHEMA, Quad, parse_quads
from ogpld.sources.dates import two_readings
from ogpld.sources.derive import derive
from ogpld.sources.trace import Derivation, Trace

IRIS = Iris("http://x.example/")
PREFIXES = """@base <http://x.example/id/> . @prefix ogpld: <https://w3id.org/ogpld/ns#> .
@prefix schema: <https://schema.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
COMMITMENT = "http://x.example/id/commitment/A"
START, END = SCHEMA("startDate").value, SCHEMA("endDate").value
END_TEXT = NS("endText").value


def bounds_of(model: Model, statements: str, trace: Trace | None = None) -> dict[str, str]:
    """Return the derived first and last day of a commitment by the local name of the property."""
    turtle = f"{PREFIXES}<commitment/A> a ogpld:Commitment ; {statements} ."
    graph = IRIS.graph("x", "A")
    read = [Quad(q.subject, q.predicate, q.object, graph) for q in parse_quads(turtle, "ttl")]
    return {
        NS.local(q.predicate.value): str(q.object).partition('"^^')[0].strip('"')
        for q in derive(read, model, IRIS, trace)
        if q.predicate in {NS("earliestStart"), NS("latestEnd")}
    }


def period(text: str, stated: str, datatype: str = "gYear") -> str:
    """Return a start and an end that are printed so and read as that."""
    typed = f'"{stated}"^^xsd:{datatype}'
    return (
        f'schema:startDate {typed} ; ogpld:startText "{text}"@und ; '
        f'schema:endDate {typed} ; ogpld:endText "{text}"@und'
    )


@pytest.mark.parametrize(
    ("text", "stated", "first", "last"),
    [
        ("06/01/2016", "2016", "2016-01-06", "2016-06-01"),
        ("01/07/2013", "2013", "2013-01-07", "2013-07-01"),
        ("1-7-2014", "2014", "2014-01-07", "2014-07-01"),
        ("1.7.2014", "2014", "2014-01-07", "2014-07-01"),
        ("06/01/16", "2016", "2016-01-06", "2016-06-01"),
        ("06/01/2016 14:30", "2016", "2016-01-06", "2016-06-01"),
        ("٠٦/٠١/٢٠١٦", "2016", "2016-01-06", "2016-06-01"),  # noqa: RUF001
        # one reading, none, or no date: whatever the stated year can mean
        ("13/01/2016", "2016", "2016-01-01", "2016-12-31"),
        ("05/05/2016", "2016", "2016-01-01", "2016-12-31"),
        ("31/31/2016", "2016", "2016-01-01", "2016-12-31"),
        ("Summer 2016", "2016", "2016-01-01", "2016-12-31"),
        ("2016", "2016", "2016-01-01", "2016-12-31"),
        ("Quarter 3 2016", "2016", "2016-01-01", "2016-12-31"),
        ("7/8/1905", "2014", "2014-01-01", "2014-12-31"),
        # readings that are not within what is stated: somebody knows better
        ("06/01/2015", "2016", "2016-01-01", "2016-12-31"),
        ("06/01/16", "2015", "2015-01-01", "2015-12-31"),
    ],
)
def test_two_readings_bound_a_year(
    model: Model, text: str, stated: str, first: str, last: str
) -> None:
    """The first day is that of the earlier reading, the last that of the later."""
    assert bounds_of(model, period(text, stated)) == {"earliestStart": first, "latestEnd": last}


@pytest.mark.parametrize(
    ("stated", "datatype", "first", "last"),
    [
        ("2016-06", "gYearMonth", "2016-06-01", "2016-06-30"),
        ("2016-06-01", "date", *2 * ["2016-06-01"]),
    ],
)
def test_what_is_settled_stays(
    model: Model, stated: str, datatype: str, first: str, last: str
) -> None:
    """A month or a day that a source settled is not opened again by what is printed."""
    days = bounds_of(model, period("06/01/2016", stated, datatype))
    assert days == {"earliestStart": first, "latestEnd": last}


def test_a_year_without_a_text_is_the_year(model: Model) -> None:
    """As it was."""
    days = bounds_of(model, 'schema:startDate "2016"^^xsd:gYear')
    assert days == {"earliestStart": "2016-01-01"}


def test_quarters_are_as_before(model: Model) -> None:
    """A printed quarter without a typed date."""
    days = bounds_of(model, 'ogpld:endText "Quarter 3 2016"@und')
    assert days == {"latestEnd": "2016-09-30"}


def test_a_text_alone_bounds_nothing(model: Model) -> None:
    """Where the reader of the table published no date, derivation reads none either."""
    assert bounds_of(model, 'ogpld:endText "06/01/2016"@und') == {}


def test_the_trace_names_the_text(model: Model) -> None:
    """A bound from readings is made from the year and the text; that of a year from the year."""
    trace = Trace()
    statements = (
        'schema:startDate "2016"^^xsd:gYear ; schema:endDate "2016"^^xsd:gYear ; '
        'ogpld:endText "06/01/2016"@und'
    )
    bounds_of(model, statements, trace)
    origins = {key[1]: made for key, made in trace.origins.items() if key[0] == COMMITMENT}
    year = '"2016"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    assert origins[NS("earliestStart").value] == [Derivation(COMMITMENT, (START,), year)]
    assert origins[NS("latestEnd").value] == [Derivation(COMMITMENT, (END_TEXT, END))]


def test_two_readings_are_days() -> None:
    """Read by the parser of printed dates, once in each order."""
    assert two_readings("06/01/2016") == (date(2016, 1, 6), date(2016, 6, 1))
    assert two_readings("06/01/16", (1990, 1995)) is None
    assert two_readings("13/01/2016") is None
    assert two_readings("I quarter of 2021") is None
