"""Write the report of an examination: for people as text, for programs as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from ogpld.doctor.check import CheckOutcome
from ogpld.doctor.examine import Examination
from ogpld.doctor.quality import QualityScore

_SIGNS = {"pass": "ok  ", "fail": "FAIL", "n/a": "n/a ", "open": "open"}


def as_text(examination: Examination) -> str:
    """Return a table of all checks, failures with the requests that show them, the score."""
    lines = [*_checks(examination), "", *_summary(examination), *_quality(examination.quality)]
    return "\n".join(map(_printable, lines)) + "\n"


def _printable(text: str) -> str:
    """Return a server's text without control characters, which a terminal would obey."""
    return "\n".join(
        "".join(c if c.isprintable() else "\ufffd" for c in line) for line in text.split("\n")
    )


def _checks(examination: Examination) -> Iterator[str]:
    yield f"{examination.url} was asked {examination.requests} requests"
    topic = ""
    for outcome in examination.outcomes:
        check = outcome.check
        if topic != check.id.partition(".")[0]:
            topic = check.id.partition(".")[0]
            yield ""
        yield f"{_SIGNS[outcome.outcome]}  {check.id:<28} {check.what}"
        if outcome.reason:
            yield f"      {'':<28} {outcome.reason}"
        yield from _failures(outcome)


def _failures(outcome: CheckOutcome) -> Iterator[str]:
    if outcome.failures:
        yield f"      ({outcome.check.why})"
    for failure in outcome.failures:
        yield f"      - {failure.message}"
        if failure.reply is not None:
            yield f"        {failure.reply.curl()}"


def _summary(examination: Examination) -> Iterator[str]:
    passed, failed = examination.count("pass"), examination.count("fail")
    yield (
        f"{passed} of {passed + failed} checks passed ({examination.score:.0f} %), {failed} failed, "
        f"{examination.count('n/a')} not applicable"
    )
    if examination.limit is not None:
        yield (
            f"this is not the whole: {examination.limit.message}; "
            f"{examination.count('open')} checks were not asked to their end"
            + (", nor was the catalogue scored" if examination.unscored else "")
            + f"; {examination.limit.hint}"
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
            + (f", a sample of {score.total}" if score.of < score.total else "")
        )
        if score.actor:
            remedy = f"{score.actor} must act: {score.remedy}"
            if score.missed:
                remedy += f"; for example <{score.missed}>"
            yield textwrap.fill(
                remedy,
                100,
                initial_indent=" " * 14,
                subsequent_indent=" " * 14,
                break_long_words=False,
                break_on_hyphens=False,
            )


def as_json(examination: Examination) -> str:
    """Return everything as JSON."""
    return json.dumps(
        {
            "url": examination.url,
            "requests": examination.requests,
            "score": round(examination.score, 1),
            "passed": examination.count("pass"),
            "failed": examination.count("fail"),
            "notApplicable": examination.count("n/a"),
            "open": examination.count("open"),
            "whole": examination.limit is None,
            "checks": [_outcome(outcome) for outcome in examination.outcomes],
            "quality": _scores(examination.quality),
        },
        indent=1,
        ensure_ascii=False,
    )


def _outcome(outcome: CheckOutcome) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": outcome.check.id,
        "what": outcome.check.what,
        "why": outcome.check.why,
        "outcome": outcome.outcome,
    }
    if outcome.reason:
        fields["reason"] = outcome.reason
    if outcome.failures:
        fields["failures"] = [
            {"said": f.message, "curl": f.reply.curl() if f.reply is not None else None}
            for f in outcome.failures
        ]
    return fields


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
                "total": score.total,
                "unit": score.criterion.of,
                **({"actor": score.actor, "remedy": score.remedy} if score.actor else {}),
            }
            for score in quality.scores
        ],
    }
