"""The questions with their gold answers, and what answers them: a home, or a server by HTTP.

Gold answers are no values in a file. Each is a SPARQL query, or one of the questions with names and its
parameters, that is run on the release which the agent was asked about.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from ogpld.agents.tool import Json
from ogpld.config import Settings
from ogpld.errors import OgpldError
from ogpld.release import ReleaseStore
from ogpld.release.query_register import QueryRegister
from ogpld.stores import Query
from ogpld.web.agents.toolbox import toolbox
from ogpld.web.current.open_release import OpenRelease

QUESTIONS = Path(__file__).with_name("questions.jsonl")
#: Why a question is refused, by the code that an agent gives.
REASONS: Mapping[str, str] = {
    "member-not-covered": "the data holds nothing of this government",
    "period-not-covered": "the data holds nothing of this time",
    "not-recorded": "no column of the data says it of anything",
    "not-known": "the column is there, but nobody has read or coded it for this thing",
    "not-representative": "the data is a selection, from which no such share follows",
    "contact-data": "addresses and numbers of persons are never kept",
    "text-not-held": "texts of promises and reports are not held",
    "opinion": "the data states no opinions",
    "forecast": "the data says nothing of what is to come",
    "cause": "the data says what was judged, not why it came so",
}
#: Forms an answer can have.
FORMS = ("number", "items", "values", "refusal")
_MCP = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
#: Seconds to wait for an answer, or before asking a busy server again; how often it is asked.
_WAIT, _ATTEMPTS = 120.0, 5
Row = dict[str, str]
#: What a query gives: rows, or yes or no.
Result = list[Row] | bool


class BenchmarkError(Exception):
    """Something that cannot be scored: what, where, and what was expected."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the benchmark.

    Attributes:
        id: its name in answers.
        kind: what kind of question it is.
        text: the question, as people ask it.
        form: form of the answer.
        gold: `query`, or `named` with `values`, or `release`; `columns` to take, `unknown` to count.
        refusal: `reason`, others that are right `also`, and what shows that it holds.
    """

    id: str
    kind: str
    text: str
    form: str
    gold: Json = field(default_factory=dict)
    refusal: Json = field(default_factory=dict)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes with which it is rightly refused."""
        return (self.refusal["reason"], *self.refusal.get("also", ())) if self.refusal else ()


def load_questions(path: Path = QUESTIONS) -> list[Question]:
    """Return the questions in their order."""
    with path.open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    return [
        Question(
            line["id"],
            line["kind"],
            line["question"],
            line["form"],
            line.get("gold", {}),
            line.get("refusal", {}),
        )
        for line in lines
    ]


class Source(Protocol):
    """What is asked: the tools that an agent has, and the queries of the score.

    Attributes:
        release: id of the release.
        base: base IRI of its things.
    """

    release: str
    base: str

    def call(self, tool: str, **arguments: object) -> Json:
        """Return what a tool of `/mcp` gives; `isError` and `text` where it refuses."""

    def run(self, query: str) -> Result:
        """Return the answer to a query on the release.

        Raises:
            BenchmarkError: where it has none.
        """

    def registered(self, digest: str) -> Result | None:
        """Return the answer at `/q/{digest}`, None where there is none of this release."""


class HomeSource:
    """A release of a home on this machine.

    Args:
        serving: the release.
    """

    def __init__(self, serving: OpenRelease) -> None:
        self._serving = serving
        self._tools = {tool.name: tool for tool in toolbox(serving, serving.store.answer).tools}
        self.release, self.base = serving.release.id, serving.iris.base

    def call(self, tool: str, **arguments: object) -> Json:
        """Return what a tool gives."""
        try:
            return self._tools[tool].result(arguments)
        except OgpldError as error:
            return {"isError": True, "text": str(error)}

    def run(self, query: str) -> Result:
        """Return the answer to a query."""
        try:
            answer = self._serving.store.answer(
                Query(query, ("json", "nt"), base=f"{self.base}sparql")
            )
        except OgpldError as error:
            raise BenchmarkError(f"{error}\n{query}") from error
        return rows_of(json.loads(answer.body)) if answer.kind != "graph" else []

    def registered(self, digest: str) -> Result | None:
        """Return the answer to a query with a permanent address."""
        registration = QueryRegister(self._serving.settings.home).find(digest)
        if registration is None or registration.query is None:
            return None
        query = registration.query
        return self.run(query.query) if query.release == self.release else None


class ServerSource:
    """A server anywhere, asked by HTTP.

    Args:
        url: its address, without a path.

    Raises:
        BenchmarkError: where there is none.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        envelope = self.call("coverage")
        self.release = envelope["release"]
        address = envelope["permanentAddress"]
        self.base = address.partition("release/")[0]

    def call(self, tool: str, **arguments: object) -> Json:
        """Return what a tool gives."""
        message = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"_meta": _MCP, "name": tool, "arguments": arguments},
        }
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2026-07-28",
            "Mcp-Method": "tools/call",
            "Mcp-Name": tool,
        }
        content = self._read("/mcp", json.dumps(message).encode(), headers)
        result = content["result"]
        if result.get("isError"):
            text = "\n".join(part["text"] for part in result["content"])
            return {"isError": True, "text": text}
        structured: Json = result["structuredContent"]
        return structured

    def run(self, query: str) -> Result:
        """Return the answer to a query from the release, whatever is in service since."""
        path = f"/release/{self.release}/sparql?query={quote(query, safe='')}"
        return rows_of(self._read(path, None, _RESULTS))

    def registered(self, digest: str) -> Result | None:
        """Return the answer to a query with a permanent address."""
        try:
            return rows_of(self._read(f"/q/{digest}", None, _RESULTS))
        except BenchmarkError:
            return None

    def _read(self, path: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        """Return the JSON at a path; where the server is busy, as often as it says when to ask again."""
        request = urllib.request.Request(self._url + path, body, dict(headers))  # noqa: S310
        for attempt in range(_ATTEMPTS):
            try:
                with urllib.request.urlopen(request, timeout=_WAIT) as response:  # noqa: S310
                    return json.load(response)
            except urllib.error.HTTPError as error:
                pause = error.headers.get("Retry-After", "")
                if error.code in {429, 503} and pause.isdecimal() and attempt + 1 < _ATTEMPTS:
                    time.sleep(min(int(pause), _WAIT))
                    continue
                text = error.read().decode("utf-8", "replace")[:500]
                where = f"{self._url}{path[:200]}"
                raise BenchmarkError(f"{where} answers {error.code}: {text}") from error
            except (OSError, ValueError) as error:
                raise BenchmarkError(f"{self._url}{path[:200]} cannot be read: {error}") from error
        raise BenchmarkError(f"{self._url}{path[:200]} stays busy")


_RESULTS = {"Accept": "application/sparql-results+json"}


@contextmanager
def source_of(home: Path | None, server: str | None) -> Iterator[Source]:
    """Open what is asked.

    Args:
        home: a home with a release, unless `server` is given.
        server: the address of a server.

    Raises:
        BenchmarkError: where the server does not answer.
        OgpldError: where the home has no release.
    """
    if server:
        if urlsplit(server).scheme not in {"http", "https"}:
            raise BenchmarkError(f"{server!r} is no address: expected http://… or https://…")
        yield ServerSource(server)
        return
    settings = Settings(home=home or Settings().home)
    store = ReleaseStore(settings.home)
    serving = OpenRelease.open(store.with_data(None), store, settings)
    try:
        yield HomeSource(serving)
    finally:
        serving.store.close()


def rows_of(content: Json) -> Result:
    """Return SPARQL results as rows of texts; a cell that is not bound is left out."""
    if "boolean" in content:
        return bool(content["boolean"])
    return [
        {name: term["value"] for name, term in row.items()}
        for row in content["results"]["bindings"]
    ]


def read_lines(path: Path) -> Sequence[tuple[int, Any]]:
    """Return the lines of a JSONL file with their numbers.

    Raises:
        BenchmarkError: naming the file and the line that is no JSON.
    """
    lines = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                lines.append((number, json.loads(line)))
            except ValueError as error:
                raise BenchmarkError(f"{path}, line {number}: no JSON ({error})") from error
    return lines
