"""The doctor finds nothing wrong with a server that keeps the contract, and every defect of one that does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.defects import DEFECTS, Defect
from support.little import Answer, Little, Request, finish, serving

from ogpld.doctor.all_checks import TABLE
from ogpld.doctor.check import Check, CheckFailure, NotApplicableError, run
from ogpld.doctor.client import Client
from ogpld.doctor.examination_limits import ExaminationLimits
from ogpld.doctor.examine import Examination, examine
from ogpld.doctor.server_map import ExaminedServer


def _examined(defect: Defect | None = None, **limits: int) -> Examination:
    site = Little()

    def respond(request: Request) -> Answer:
        answer = site.answer(request)
        if defect and not defect.late:
            answer = defect.change(request, answer) or answer
        answer = finish(request, answer)
        return (defect.change(request, answer) or answer) if defect and defect.late else answer

    only = {check.partition(".")[0] for check in defect.finds} if defect else ()
    with serving(respond) as url:
        return examine(url, Client(ExaminationLimits(**limits)), only=only)


def test_a_server_that_keeps_the_contract_passes_everything() -> None:
    """Nothing is found wrong with it, nothing is passed over, and its catalogue gets every point."""
    outcomes = _examined()
    assert [
        (o.check.id, o.outcome, o.reason, o.failures)
        for o in outcomes.outcomes
        if o.outcome != "pass"
    ] == []
    assert outcomes.score == 100
    assert outcomes.quality is not None
    assert outcomes.quality.points == outcomes.quality.most == 405


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.name.replace(" ", "-"))
def test_a_defect_is_found(defect: Defect) -> None:
    """The checks that must find it fail, each with a request that shows it."""
    outcomes = {o.check.id: o for o in _examined(defect).outcomes}
    assert {c for c in defect.finds if outcomes[c].outcome == "fail"} == defect.finds
    for name in defect.finds:
        failure = outcomes[name].failures[0]
        assert failure.message
        assert failure.reply is not None
        assert failure.reply.curl().startswith("curl ")


def test_a_list_that_was_not_followed_to_its_end_is_not_said_to_be_right() -> None:
    """With fewer pages than the list has, its end and its total are left open."""
    outcomes = {o.check.id: o for o in _examined(pages=1).outcomes}
    for name in ("paging.ends", "paging.total"):
        assert outcomes[name].outcome == "n/a"
        assert "--max-pages" in outcomes[name].reason


def test_every_check_has_a_defect_that_only_it_must_find() -> None:
    """A check nobody has seen fail proves nothing."""
    assert {c.id for c in TABLE} - {name for d in DEFECTS for name in d.finds} == set()


def test_every_check_has_a_name_and_a_reason_of_its_own() -> None:
    """Ids are unique, and a failure can be looked up."""
    assert len({c.id for c in TABLE}) == len(TABLE)
    assert all(c.what and c.why and "." in c.id for c in TABLE)


def test_what_was_found_wrong_stays_wrong() -> None:
    """A check that cannot go on after a failure has failed."""

    def ask(_site: ExaminedServer) -> Iterator[CheckFailure]:
        yield CheckFailure(None, "wrong")
        raise NotApplicableError("and no more to ask")

    outcome = run(
        Check("x.y", "what", "why", ask),
        ExaminedServer("http://127.0.0.1:9/", Client(ExaminationLimits())),
    )
    assert (outcome.outcome, len(outcome.failures)) == ("fail", 1)
