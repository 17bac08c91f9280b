"""How many assessments of a release have a value, and how many say why there is none."""

from __future__ import annotations

from ogpld.web.current.open_release import OpenRelease


def assessment_numbers(serving: OpenRelease) -> tuple[int, int]:
    """Return both numbers; together they are all assessments."""
    rows = serving.cached("valued assessments", lambda: serving.select("valued-assessments"))
    valued = int(rows[0]["valued"])
    return valued, serving.release.manifest.classes.get("Assessment", 0) - valued
