"""Printed dates in every form of the codebook, each as exact as it is certain."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpld.sources.dates import (
    DAY_FIRST,
    MONTH_FIRST,
    NO_DATE,
    QUARTER,
    SERIAL,
    SHORT_YEAR,
    TIME,
    TWO_READINGS,
    YEAR_AS_DAY,
    DateOrder,
    is_disproved,
    proven_order,
    quarter_bounds,
    read_printed,
    typed_date,
)

FORMS = {
    "9/30/2018": ("2018-09-30", ""),
    "08/01/2022": ("2022-08-01", ""),
    "9/1/18": ("2018-09-01", ""),
    "30/9/2014": ("2014-09-30", ""),
    "7/7/2016": ("2016-07-07", ""),
    "April 2012": ("2012-04", ""),
    "Sept 2014": ("", NO_DATE),
    "Sep 2014": ("2014-09", ""),
    "1 April 2012": ("2012-04-01", ""),
    "April 1, 2012": ("2012-04-01", ""),
    "2014": ("2014", ""),
    "2018-07": ("2018-07", ""),
    "2018-07-01": ("2018-07-01", ""),
    "2018-07-01T00:00:00": ("2018-07-01", ""),
    "7/16/1905": ("2024", YEAR_AS_DAY),
    "1905-07-16": ("2024", YEAR_AS_DAY),
    "43525": ("2019-03-01", SERIAL),
    "I quarter of 2021": ("", QUARTER),
    "Quarter 4 2016": ("", QUARTER),
    "Q3 2020": ("", QUARTER),
    "In progress": ("", NO_DATE),
    "31/31/2014": ("", NO_DATE),
    "2/30/2014": ("", NO_DATE),
    "1/1/1850": ("", NO_DATE),
    "12": ("", NO_DATE),
    "01.03.2026": ("2026-03-01", ""),
    "1. 3. 2026": ("2026-03-01", ""),
    "1.3.2026.": ("2026-03-01", ""),
    "3.13.2026": ("2026-03-13", ""),
    "1.3/2026": ("", NO_DATE),
    "2026/03/01": ("2026-03-01", ""),
    "2026. 3. 1.": ("2026-03-01", ""),
    "2026/13/01": ("", NO_DATE),
    "31.12.49": ("2049-12-31", ""),
    "31.12.99": ("", SHORT_YEAR),
    "31.31.99": ("", NO_DATE),
    "26-03-01": ("", SHORT_YEAR),
    "2018-07-01T09:30:00": ("2018-07-01", TIME),
    "2018-07-01T09:30:00.5+02:00": ("2018-07-01", TIME),
    "2018-07-01 00:00": ("2018-07-01", ""),
    "9/30/2018 12:00:00 AM": ("2018-09-30", ""),
    "9/30/2018 12:00:00 PM": ("2018-09-30", TIME),
    "01.03.2026 09:30": ("2026-03-01", TIME),
    "09:30": ("", NO_DATE),
}


@pytest.mark.parametrize("text", FORMS)
def test_a_printed_date_says_what_is_certain(text: str) -> None:
    """The date, and why it says less or something else than is printed."""
    period = read_printed(text, order=DateOrder(MONTH_FIRST))
    assert (period.iso, period.doubt) == FORMS[text]


def test_a_date_with_two_readings_is_its_year() -> None:
    """Where nobody knows which of day and month stands first."""
    doubtful = read_printed("1/7/2014")
    assert (doubtful.iso, doubtful.doubt) == ("2014", TWO_READINGS)
    assert read_printed("7/30/2014").iso == "2014-07-30"
    assert read_printed("1/7/2014", order=DateOrder(DAY_FIRST)).iso == "2014-07-01"
    assert read_printed("1/7/2014", order=DateOrder(MONTH_FIRST)).iso == "2014-01-07"
    assert read_printed("1.7.2014", order=DateOrder(MONTH_FIRST)).iso == "2014-07-01"
    assert read_printed("1.7.2014", order=DateOrder(dotted="")).doubt == TWO_READINGS
    assert read_printed("7/6/1905").iso == "2014"
    assert read_printed("8/7/1905").doubt == NO_DATE


def test_dates_prove_an_order_together() -> None:
    """Dots and slashes each for themselves; dates of both orders prove none."""
    assert proven_order(["1/7/2014", "30/9/2015", "soon"]) == DateOrder(DAY_FIRST)
    assert proven_order(["1/7/2014", "9/30/2015 00:00"]) == DateOrder(MONTH_FIRST)
    assert proven_order(["30/9/2015", "9-30-2015"]) == DateOrder()
    assert proven_order(["30.9.2015"]) == DateOrder()
    assert proven_order(["26-03-01", "30/99/2015", "31/02/2026"]) == DateOrder()
    assert proven_order(["9.30.2015"]) == DateOrder(dotted="")
    assert is_disproved(MONTH_FIRST, ["1/7/2014", "30/9/2015"])
    assert not is_disproved(MONTH_FIRST, ["1/7/2014", "9/30/2015", "30.9.2015"])


def test_a_year_of_two_digits_is_near_the_plan() -> None:
    """Within ten years of it, where the plan is known."""
    assert read_printed("31.12.30", (2026, 2027)).iso == "2030-12-31"
    assert read_printed("31.12.45", (2026, 2027)).doubt == SHORT_YEAR


def test_a_quarter_has_its_first_and_last_day() -> None:
    """In words, Roman or Arabic; anything else has none."""
    assert quarter_bounds("II quarter of 2021") == (date(2021, 4, 1), date(2021, 6, 30))
    assert quarter_bounds("Quarter 1 2014") == (date(2014, 1, 1), date(2014, 3, 31))
    assert quarter_bounds("IV quarter of 2020") == (date(2020, 10, 1), date(2020, 12, 31))
    assert quarter_bounds("V quarter of 2021") is None
    assert quarter_bounds("2021") is None


@given(st.text(max_size=20) | st.from_regex(r"\d{0,2}[/.-]\d{0,2}[/.-]\d{0,4}", fullmatch=True))
def test_whatever_is_read_is_a_date(text: str) -> None:
    """A valid ISO date, month or year of this century, or nothing with a reason."""
    period = read_printed(text)
    if period.iso:
        assert typed_date(period.iso) is not None
        assert 2000 <= int(period.iso[:4]) < 2100
    else:
        assert period.doubt in {NO_DATE, QUARTER, SHORT_YEAR}
