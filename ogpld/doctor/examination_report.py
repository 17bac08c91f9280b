"""Tell what an examination came to: for people as text, for programs as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from ogpld.doctor.check import CheckOutcome
from ogpld.doctor.examine import Examination
from ogpld.doctor.quality import QualityScore

_SIGNS = {"pass": "ok  ", "fail": "FAIL", "n/a": "n/a "}


def as_text(found: Examination) -> str:
    """Return a table of all checks, failures with the requests that show them, the score."""
    lines = [*_checks(found), "", *_summary(found), *_quality(found.quality)]
    return "\n".join(map(_shown, lines)) + "\n"


def _shown(text: str) -> str:
    """Return what a terminal may show: servers' words have no say over it."""
    return "\n".join(
        "".join(c if c.isprintable() else "\ufffd" for c in line) for line in text.split("\n")
    )


def _checks(found: Examination) -> Iterator[str]:
    yield f"{found.url} was asked {found.requests} requests"
    topic = ""
    for outcome in found.outcomes:
        check = outcome.check
        if topic != check.id.partition(".")[0]:
            topic = check.id.partition(".")[0]
            yield ""
        yield f"{_SIGNS[outcome.outcome]}  {check.id:<28} {check.what}"
        if outcome.outcome == "n/a":
            yield f"      {'':<28} {outcome.reason}"
        yield from _failures(outcome)


def _failures(outcome: CheckOutcome) -> Iterator[str]:
    if outcome.failures:
        yield f"      ({outcome.check.why})"
    for failure in outcome.failures:
        yield f"      - {failure.said}"
        if failure.reply is not None:
            yield f"        {failure.reply.curl()}"


def _summary(found: Examination) -> Iterator[str]:
    passed, failed = found.count("pass"), found.count("fail")
    yield (
        f"{passed} of {passed + failed} checks passed ({found.score:.0f} %), {failed} failed, "
        f"{found.count('n/a')} not applicable"
    )


def _quality(quality: QualityScore | None) -> Iterator[str]:
    if quality is None:
        return
    yield ""
    yield (
        f"data.europa.eu metadata quality: {quality.points:.0f} of {quality.most} points "
        f"({quality.rating})"
    )
    for name, points, most in quality.dimensions():
        yield f"  {name:<17} {points:5.1f} of {most}"
    yield ""
    for score in quality.scores:
        criterion = score.criterion
        yield (
            f"  {score.points:5.1f} of {criterion.points:>2}  {criterion.id:<21} "
            f"{score.met} of {score.of} {criterion.of}s"
        )
        if score.actor:
            told = f"{score.actor} must act: {score.remedy}"
            if score.missed:
                told += f"; for example <{score.missed}>"
            yield textwrap.fill(
                told,
                100,
                initial_indent=" " * 14,
                subsequent_indent=" " * 14,
                break_long_words=False,
                break_on_hyphens=False,
            )


def as_json(found: Examination) -> str:
    """Return everything as JSON."""
    return json.dumps(
        {
            "url": found.url,
            "requests": found.requests,
            "score": round(found.score, 1),
            "passed": found.count("pass"),
            "failed": found.count("fail"),
            "notApplicable": found.count("n/a"),
            "checks": [_outcome(outcome) for outcome in found.outcomes],
            "quality": _scores(found.quality),
        },
        indent=1,
        ensure_ascii=False,
    )


def _outcome(outcome: CheckOutcome) -> dict[str, object]:
    told: dict[str, object] = {
        "id": outcome.check.id,
        "what": outcome.check.what,
        "why": outcome.check.why,
        "outcome": outcome.outcome,
    }
    if outcome.reason:
        told["reason"] = outcome.reason
    if outcome.failures:
        told["failures"] = [
            {"said": f.said, "curl": f.reply.curl() if f.reply is not None else None}
            for f in outcome.failures
        ]
    return told


def _scores(quality: QualityScore | None) -> dict[str, object] | None:
    if quality is None:
        return None
    return {
        "points": round(quality.points, 1),
        "of": quality.most,
        "rating": quality.rating,
        "criteria": [
            {
                "id": score.criterion.id,
                "dimension": score.criterion.dimension,
                "points": round(score.points, 2),
                "of": score.criterion.points,
                "met": score.met,
                "judged": score.of,
                "unit": score.criterion.of,
                **({"actor": score.actor, "remedy": score.remedy} if score.actor else {}),
            }
            for score in quality.scores
        ],
    }
