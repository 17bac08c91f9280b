"""What grades are called where those of several scales stand beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from ogpld.statistics import GradeName
from ogpld.statistics.measures import COVERAGE
from ogpld.wording import label


def full_label(grade: GradeName, grades: Sequence[GradeName]) -> str:
    """Return the label of a grade, with that of its scale where not all grades are of one scale."""
    if grade.scale in {"", COVERAGE}:
        return grade.text
    scales = {other.scale for other in grades if other.scale}
    return f"{grade.text} ({label(grade.scale_label)})" if len(scales) > 1 else grade.text
