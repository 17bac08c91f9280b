"""The client is polite, and tells what it asked in a way that can be repeated."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from support.little import Answer, Request, serving
from support.programs import demand

from ogpld.doctor.client import ABSENT, Client, Response
from ogpld.doctor.examination_limits import ExaminationLimits
from ogpld.errors import ExaminationLimitError


@pytest.fixture
def seen() -> list[Request]:
    """What the server was asked."""
    return []


@pytest.fixture
def url(seen: list[Request]) -> Iterator[str]:
    """A server that remembers what it was asked."""

    def respond(request: Request) -> Answer:
        seen.append(request)
        if request.path == "/busy" and len(seen) == 1:
            return Answer(429, {"retry-after": "7"})
        if request.path == "/drip":
            return Answer(200, {"content-type": "text/plain"}, b"drop" * 100, drips=True)
        if request.path == "/loop":
            return Answer(302, {"location": "/loop"})
        return Answer(200, {"content-type": "text/plain"}, b"x" * 100_000)

    with serving(respond) as address:
        yield address


def test_what_was_asked_is_not_asked_again(url: str, seen: list[Request]) -> None:
    """Equal requests are sent once, unless a fresh answer is wanted."""
    client = Client(ExaminationLimits())
    client.get(url)
    client.get(url)
    assert len(seen) == 1
    client.get(url, fresh=True)
    assert len(seen) == client.sent == 2


def test_the_server_can_tell_who_asks(url: str, seen: list[Request]) -> None:
    """The User-Agent names the program and what it is doing."""
    Client(ExaminationLimits()).get(url)
    assert seen[0].headers["user-agent"].startswith("ogpld-doctor/")


def test_no_more_requests_are_sent_than_allowed(url: str, seen: list[Request]) -> None:
    """The limit is an error that says how to go on, not a short examination."""
    client = Client(ExaminationLimits(requests=2))
    client.get(url + "1")
    client.get(url + "2")
    with pytest.raises(ExaminationLimitError, match="its limit"):
        client.get(url + "3")
    assert len(seen) == 2


def test_long_bodies_are_cut_and_said_to_be(url: str) -> None:
    """No more is read than allowed, and what is cut is not taken for complete."""
    reply = Client(ExaminationLimits(bytes=1_000)).get(url)
    assert (len(reply.body), reply.cut, reply.ok) == (1_000, True, False)


def test_a_body_that_drips_is_cut(url: str) -> None:
    """The time-out is for the whole body, not for each piece of it."""
    times = iter(range(0, 1_000, 10))
    reply = Client(ExaminationLimits(seconds=25), clock=lambda: float(next(times))).get(
        url + "drip"
    )
    assert reply.cut
    assert 0 < len(reply.body) < 100


def test_a_busy_server_is_given_the_time_it_asks_for(url: str, seen: list[Request]) -> None:
    """429 with Retry-After is waited for, once and within the time-out."""
    waited: list[float] = []
    reply = Client(ExaminationLimits(seconds=5), sleep=waited.append).get(url + "busy")
    assert reply.status == 200
    assert waited == [5]
    assert len(seen) == 2


def test_redirects_in_a_circle_end(url: str, seen: list[Request]) -> None:
    """A redirect to itself is followed a few times."""
    assert Client(ExaminationLimits()).follow(url + "loop").status == 302
    assert len(seen) == 1


def test_nobody_there_is_told() -> None:
    """No answer is a reply that says why."""
    reply = Client(ExaminationLimits(seconds=2)).get("http://127.0.0.1:9/")
    assert reply.status == 0
    assert "no answer" in reply.error


def test_private_addresses_are_known() -> None:
    """A catalogue of another server cannot send the doctor into the operator's own network."""
    client = Client(ExaminationLimits())
    assert client.private("http://127.0.0.1/")
    assert client.private("http://[::1]/")
    assert client.private("http://169.254.169.254/latest")
    assert not client.private("http://1.1.1.1/")


@pytest.mark.counterpart("curl")
@pytest.mark.parametrize("accept", ["text/turtle", "", ABSENT])
def test_the_line_for_curl_repeats_the_request(url: str, seen: list[Request], accept: str) -> None:
    """Whoever runs it sends the same Accept header: a value, an empty one, none."""
    demand("curl", there=bool(shutil.which("curl")), lacking="install it")
    reply = Client(ExaminationLimits()).get(url, accept)
    subprocess.run(["bash", "-c", reply.curl()], check=True, capture_output=True, timeout=30)
    assert seen[0].accept == seen[1].accept == (None if accept == ABSENT else accept)


def test_what_repeats_itself_is_told_as_a_repetition() -> None:
    """A line with a hundred thousand equal characters would not fit a shell."""
    data = "it's 5% " + "1 " * 50_000 + "end"
    line = Response("POST", "http://x.example/", {}, data).curl()
    assert len(line) < 200
    text = line.split("--data-binary ")[1].rsplit(" ", 1)[0]
    result = subprocess.run(
        ["bash", "-c", f"cat <<< {text}"], check=True, capture_output=True, text=True, timeout=30
    )
    assert result.stdout == data + "\n"
