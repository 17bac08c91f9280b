"""Our own server under its doctor, and the command as an operator runs it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.little import Answer, Little, Request, finish, serving
from support.running import Server

from ogpld.doctor.client import Client
from ogpld.doctor.examination_limits import ExaminationLimits
from ogpld.doctor.examine import Examination, examine


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    return subprocess.run(
        [sys.executable, "-m", "ogpld", "doctor", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def examined(dumped_server: Server) -> Examination:
    """Our server over the shipped data with its dumps, examined once, each kind a few times."""
    return examine(dumped_server.url, Client(ExaminationLimits()))


def test_our_server_keeps_its_contract(examined: Examination) -> None:
    """Every check passes."""
    failed = {
        o.check.id: [f.message for f in o.failures]
        for o in examined.outcomes
        if o.outcome == "fail"
    }
    assert failed == {}


def test_what_our_server_has_is_asked(examined: Examination) -> None:
    """The examination finds everything by itself, although the data was minted under another address."""
    assert [(o.check.id, o.reason) for o in examined.outcomes if o.outcome == "n/a"] == []
    assert examined.requests < ExaminationLimits().requests


def test_our_catalogue_is_excellent(examined: Examination) -> None:
    """data.europa.eu would call it so without any setting; findability and reusability have every point."""
    assert examined.quality is not None
    assert examined.quality.rating == "Excellent"
    full = {name for name, points, most in examined.quality.dimensions() if points == most}
    assert full >= {"findability", "reusability"}


def test_the_command_tells_failures_with_a_request_and_exits_with_1() -> None:
    """Text names the check, the section, what was said and a line for curl."""
    site = Little()

    def respond(request: Request) -> Answer:
        answer = finish(request, site.answer(request))
        if "vary" in answer.headers:
            answer.headers["vary"] = "Cookie"
        return answer

    with serving(respond) as url:
        done = command(url, "--only", "caching.vary", "--only", "errors.404")
    assert done.returncode == 1
    assert "FAIL  caching.vary" in done.stdout
    assert "RFC 9110 12.5.5" in done.stdout
    assert f"curl -sSi -H 'Accept: text/turtle' {url}doc/thing/a" in done.stdout
    assert "1 of 2 checks passed (50 %), 1 failed" in done.stdout


def test_the_command_exits_with_0_where_everything_passes() -> None:
    """JSON has every check with its outcome, and the score of the catalogue by criterion."""
    site = Little()
    with serving(lambda request: finish(request, site.answer(request))) as url:
        done = command(url, "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert {check["outcome"] for check in report["checks"]} == {"pass"}
    assert report["score"] == 100
    assert report["quality"]["points"] == report["quality"]["of"] == 405
    assert {c["dimension"] for c in report["quality"]["criteria"]} == {
        "findability",
        "accessibility",
        "interoperability",
        "reusability",
        "contextuality",
    }


def test_the_command_tells_what_it_found_until_its_limit() -> None:
    """What was asked to its end stands; that it is not the whole is said in every form, with a code."""
    site = Little()
    with serving(lambda request: finish(request, site.answer(request))) as url:
        done = command(url, "--max-requests", "40")
        report = json.loads(command(url, "--max-requests", "40", "--format", "json").stdout)
    assert done.returncode == 2
    assert "ok    identity." in done.stdout
    assert "this is not the whole: the examination has sent 40 requests" in done.stdout
    assert "nor was the catalogue scored; allow more with --max-requests" in done.stdout
    assert done.stderr.splitlines()[-2:] == [
        "ogpld: examination-limit: the examination has sent 40 requests, which is its limit",
        "  -> allow more with --max-requests",
    ]
    assert (report["whole"], report["quality"], report["failed"]) == (False, None, 0)
    assert report["passed"] > 5
    assert report["open"] == sum(check["outcome"] == "open" for check in report["checks"]) > 5


def test_a_failure_before_the_limit_is_a_failure() -> None:
    """The exit code is that of a failure, and the report still says that it is not the whole."""
    site = Little()

    def respond(request: Request) -> Answer:
        answer = finish(request, site.answer(request))
        answer.status = 200 if answer.status == 303 else answer.status
        return answer

    with serving(respond) as url:
        done = command(url, "--max-requests", "40")
    assert done.returncode == 1
    assert "FAIL" in done.stdout
    assert "this is not the whole" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("http://127.0.0.1:9/", "--timeout", "2"), "no answer"),
        (("localhost:8000",), "no http(s) address"),
        (("http://127.0.0.1:9/", "--sample", "0"), "no whole number from 1 to"),
        (("http://127.0.0.1:9/", "--only", "nothing"), "there is no check nothing"),
    ],
)
def test_what_cannot_be_examined_exits_with_2(arguments: tuple[str, ...], message: str) -> None:
    """The command says why, and what to do next."""
    done = command(*arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_server_has_no_say_over_the_terminal() -> None:
    """What it says is shown without what a terminal would obey; deep nesting is a failure, not a crash."""
    site = Little()

    def respond(request: Request) -> Answer:
        answer = finish(request, site.answer(request))
        if "vary" in answer.headers:
            answer.headers["vary"] = "\x1b[2J"
        if request.path.endswith(".jsonld"):
            answer.body = b'{"a":' * 50_000
        return answer

    with serving(respond) as url:
        done = command(url, "--only", "caching.vary", "--only", "contexts")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "FAIL  contexts.json" in done.stdout
    assert "Traceback" not in done.stderr
