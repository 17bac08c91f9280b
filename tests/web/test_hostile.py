"""The corpus of hostile queries over HTTP, against a real server: everything is contained.

After every case an ordinary query is answered in time. With the guard, what would end the engine is
refused unseen; without it, the workers alone must hold.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from support.corpus import CONTAINED, Hostile, corpus, decoys, read, sized
from support.mutations import broken, forbidden
from support.running import Server, patient, start_server, stop_server, wait_for

DEADLINE = 1.0
SETTINGS = {
    "query_deadline": DEADLINE,
    "query_memory": 250_000_000,
    "workers": 2,
    "named_graphs_at_start": True,  # loading them takes longer than a query may
    "budget_seconds": 0,
    "budget_errors": 0,
    "budget_pages": 0,
    "client_queries": 0,
}
#: What no answer may say: words of the engine, of the system, of our files.
LEAKS = ("os error", "expected one of", "Traceback", ".py", "oxigraph", "panicked")


@dataclass
class Field:
    """A server under attack, a listener that must hear nothing, and what was seen."""

    server: Server
    ear: socket.socket
    statuses: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def listener(self) -> str:
        """The address nobody may ask."""
        return f"http://127.0.0.1:{self.ear.getsockname()[1]}/"

    def attack(self, cases: list[Hostile], expect: tuple[int, ...] = ()) -> list[str]:
        """Send cases, two at a time, and return what was not as it must be."""
        before = len(self.wrong)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda case: self._one(case, expect), cases))
        return self.wrong[before:]

    def _one(self, case: Hostile, expect: tuple[int, ...]) -> None:
        try:
            began = time.monotonic()
            answer = self._send(case)
            took = time.monotonic() - began
            began = time.monotonic()
            honest = self.server.get("/sparql", params={"query": "ASK {}", "format": "csv"})
            waited = time.monotonic() - began
        except requests.RequestException as error:
            self.wrong.append(f"{case.name}: {error!r}")
            return
        self.statuses.append(answer.status_code)
        message = f"{case.name}: {answer.status_code} after {took:.2f} s: {answer.text[:200]}"
        fine = answer.status_code in (expect or case.expect) and took < patient(DEADLINE + 1)
        if answer.status_code != 200:
            fine = fine and not any(word in answer.text for word in LEAKS)
            fine = fine and answer.headers["Content-Type"] == "application/problem+json"
        if not fine:
            self.wrong.append(message)
        if honest.status_code != 200 or waited > patient(2):
            self.wrong.append(f"after {message}: {honest.status_code}, {waited:.2f} s")

    def _send(self, case: Hostile) -> requests.Response:
        """Ask in one of the three ways, by turns of the text's length."""
        way = len(case.text) % 3 if len(case.text) < 4000 else 1
        if way == 0:
            return self.server.get("/sparql", params={"query": case.text})
        url = f"{self.server.url}/sparql"
        if way == 1:
            return requests.post(url, data={"query": case.text}, timeout=20)
        headers = {"Content-Type": "application/sparql-query"}
        return requests.post(url, data=case.text.encode(), headers=headers, timeout=20)


@pytest.fixture(scope="module", params=["guarded", "workers alone"])
def under_attack(
    request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Field]:
    """A server with the guard, and one without."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    guard = request.param == "guarded"
    server = start_server(home, log, query_guard=guard, **SETTINGS)
    with socket.socket() as ear:
        ear.bind(("127.0.0.1", 0))
        ear.listen()
        ear.setblocking(False)
        yield Field(server, ear)
    stop_server(server)


def all_cases(listener: str) -> list[Hostile]:
    """Return the whole corpus."""
    return [*corpus(listener), *sized(listener), *forbidden(listener), *broken()]


def unharmed(field: Field, process: int) -> None:
    """Say that nobody died, nobody was asked, and the pool is whole again within two seconds."""
    with pytest.raises(BlockingIOError):
        field.ear.accept()
    assert field.server.process.poll() is None
    os.kill(process, 0)

    def whole() -> bool:
        pool = field.server.get("/healthz").json()["pool"]
        return bool(pool["alive"] == pool["workers"] == 2 and pool["busy"] == pool["queued"] == 0)

    wait_for(whole, 2)


def web_process(server: Server) -> int:
    """Return the process that answers HTTP: the only child of the one that was started."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    return int(children.split()[0])


def test_the_corpus_is_answered_and_harms_nobody(under_attack: Field) -> None:
    """Every case in time, with the status that is right; far more than 300 are refused or stopped."""
    process = web_process(under_attack.server)
    guarded = under_attack.server.get("/sparql?query=ASK{%0a%20%20" + "{" * 50 + "}" * 51)
    if guarded.json().get("code") == "query-too-complex":
        cases = all_cases(under_attack.listener)
        assert under_attack.attack(cases) == []
        refused = [status for status in under_attack.statuses if status != 200]
        assert len(under_attack.statuses) == len(cases)
        assert len(refused) >= 400
    else:
        engine = [case for case in sized(under_attack.listener) if case.expect == (400,)]
        cases = [*engine[::2], *list(forbidden(under_attack.listener))[::4], *list(broken())[::8]]
        assert under_attack.attack(cases, (*CONTAINED, 403)) == []
    unharmed(under_attack, process)


def test_decoys_are_answered(under_attack: Field) -> None:
    """Words that only look like harm: names, variables, strings, comments.

    The deadline is a second for the bombs' sake: whoever meets it on a busy machine asks again.
    """
    wrong = []
    for text in decoys():
        for _ in range(12):
            answer = requests.post(
                f"{under_attack.server.url}/sparql", data={"query": text}, timeout=20
            )
            if answer.status_code != 503:
                break
            time.sleep(1)
        if answer.status_code != 200:
            wrong.append(f"{text[:100]}: {answer.text[:200]}")
    assert wrong == []


def test_every_construct_has_three_sizes() -> None:
    """One the guard lets pass, one just past it, one far away; no name stands twice."""
    families = read("sizes")
    for family in families:
        one, two, three = family["sizes"]
        assert one < two < three, family["name"]
        assert one <= family["fine"], family["name"]
    names = [case.name for case in all_cases("x")]
    assert len(names) == len(set(names))
    assert len(decoys()) >= 25
