"""Numbers of a release: one compact record a commitment, and functions that count over the records.

Pages, lists, charts and comparisons take their numbers from here, so that they agree with each other and
with the questions of `ogpld/queries/named`, whose shortcuts these are.

Which assessment counts is said once, in `ogpld/statistics/measures.py`.
"""

from __future__ import annotations

from ogpld.statistics.groupings import GROUPS, Grouping
from ogpld.statistics.measures import (
    MEASURES,
    UNKNOWN_GRADE,
    GradeName,
    Measure,
    grade_of,
    measures_of,
)
from ogpld.statistics.record import Grade, MemberRecord, PlanRecord, Record
from ogpld.statistics.release_statistics import release_statistics
from ogpld.statistics.statistics import GroupCount, Statistics

__all__ = [
    "GROUPS",
    "MEASURES",
    "UNKNOWN_GRADE",
    "Grade",
    "GradeName",
    "GroupCount",
    "Grouping",
    "Measure",
    "MemberRecord",
    "PlanRecord",
    "Record",
    "Statistics",
    "grade_of",
    "measures_of",
    "release_statistics",
]
