"""A language model's client at `ogpld mcp`: the real process, the protocol's own client."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mcp import Client, StdioServerParameters
from support.running import ROOT, environment, wait_for

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COMMAND = [sys.executable, "-m", "ogpld", "mcp"]


def talk(
    home: Path, work: Callable[[Client], Awaitable[Any]], mode: str, **settings: object
) -> Any:
    """Run a conversation with a server of its own."""

    async def conversation() -> Any:
        server = StdioServerParameters(
            command=COMMAND[0],
            args=COMMAND[1:],
            env=environment(home, **settings),
            cwd=ROOT,
        )
        async with Client(server, read_timeout_seconds=30, mode=mode) as client:
            return await work(client)

    return asyncio.run(conversation())


async def call(client: Client, tool: str, **given: Any) -> tuple[bool, str, Any]:
    """Return whether a tool refused, its text, and its structured content."""
    result = await client.call_tool(tool, given)
    text = "".join(part.text for part in result.content)  # type: ignore[union-attr]
    return bool(result.is_error), text, result.structured_content


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_agent_finds_its_way(home: Path, mode: str) -> None:
    """Instructions and tools for clients with and without a handshake; results keep to their schemas."""

    async def work(client: Client) -> None:
        assert "cannotSay" in (client.instructions or "")
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        calls: list[tuple[str, dict[str, Any]]] = [
            ("search", {"text": "Estonia"}),
            ("schema", {}),
            ("schema", {"name": "completion"}),
            ("questions", {}),
            ("ask_question", {"name": "completion-changes", "values": {"member": "Estonia"}}),
            ("sparql", {"query": "SELECT ?s { ?s a ?k }", "limit": 3}),
            ("get", {"thing": "commitment/EE0050"}),
            ("coverage", {"member": "Estonia"}),
        ]
        assert {name for name, _ in calls} == set(tools)
        for name, given in calls:
            refused, text, content = await call(client, name, **given)
            assert not refused, text
            jsonschema.validate(content, tools[name].output_schema or {})

    talk(home, work, mode)


def test_limits_hold_and_say_what_to_do(home: Path) -> None:
    """A bomb, SERVICE, an update, too many rows, mistakes; and the next query is answered."""
    refusals = [
        (BOMB, "did not end within 3 s"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is not offered"),
        ("INSERT DATA { <a:a> <a:b> 1 }", "read-only"),
        ("SELECT * { ?s ?p ?o }", "larger than 7 rows"),
        ("SELECT * {\n ?s ?p }", "line 2"),
    ]

    async def work(client: Client) -> None:
        for text, words in refusals:
            refused, reply, _ = await call(client, "sparql", query=text)
            assert refused
            assert words in reply
            refused, _, content = await call(client, "sparql", query="ASK {}")
            assert (refused, content["boolean"]) == (False, True)

    talk(home, work, "auto", query_deadline=3.0, query_rows=7)


def below(process: int) -> list[int]:
    """Return the processes a process started."""
    paths = []
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        paths += [int(child), *below(int(child))]
    return paths


@pytest.mark.parametrize("end", ["input", "signal"])
def test_nobody_stays_when_the_client_goes(home: Path, end: str) -> None:
    """End of input or SIGTERM: exit 0, no process left, nothing but protocol on standard output."""
    with subprocess.Popen(
        COMMAND,
        env=environment(home),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stdin is not None
        assert "serving release" in process.stderr.readline()
        wait_for(lambda: len(below(process.pid)) >= 3)
        children = below(process.pid)
        if end == "signal":
            process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
        assert process.returncode == 0
        assert out == ""
    wait_for(lambda: not any(Path(f"/proc/{child}").exists() for child in children), 5)
