"""The Model Context Protocol over standard input and output, by its official SDK (an extra).

Standard output belongs to the protocol. Every tool only reads; what a tool refuses comes back as a tool's
error with what to do next, so that an agent can mend its query.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ogpld import __version__
from ogpld.agents.agent_tools import AgentTools
from ogpld.errors import OgpldError, UsageError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer


def serve_agents(tools: AgentTools) -> None:
    """Answer until standard input ends.

    Raises:
        UsageError: when the SDK is not installed.
    """
    server = _make_server(tools)
    sys.stderr.write(f"serving release {tools.release.id} to agents on standard input and output\n")
    sys.stderr.flush()
    server.run("stdio")


def require_sdk() -> None:
    """Say what is missing before anything long begins.

    Raises:
        UsageError: when the SDK is not installed.
    """
    try:
        import mcp.server.mcpserver  # noqa: F401, PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(
            "the Model Context Protocol SDK is not installed", hint="pip install 'ogpld[mcp]'"
        ) from error


def _make_server(tools: AgentTools) -> MCPServer[Any]:
    """Return the server with its tools."""
    require_sdk()
    from mcp.server.mcpserver import MCPServer  # noqa: PLC0415  (an extra)
    from mcp.server.mcpserver.exceptions import ToolError  # noqa: PLC0415
    from mcp.types import ToolAnnotations  # noqa: PLC0415

    server: MCPServer[Any] = MCPServer(
        "ogpld",
        title="Open Government Partnership data",
        instructions=tools.introduction(),
        version=__version__,
        log_level="ERROR",
    )
    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    def text_of(work: Callable[..., str], *given: str) -> str:
        try:
            return work(*given)
        except OgpldError as error:
            raise ToolError(f"{error.code}: {error}") from error

    @server.tool(annotations=reads, structured_output=False)
    def schema(name: str = "") -> str:
        """Classes, properties, prefixes and code lists; with a name, one class or code list in full."""
        return text_of(tools.schema, name)

    @server.tool(annotations=reads, structured_output=False)
    def examples(name: str = "") -> str:
        """Questions that have been answered before; with a name, its SPARQL and what to mind."""
        return text_of(tools.examples, name)

    @server.tool(annotations=reads, structured_output=False)
    def query(sparql: str, format: str = "csv") -> str:  # noqa: A002  (clients see the name)
        """Run a read-only SPARQL 1.1 query; rows come as csv or json, graphs as Turtle."""
        return text_of(tools.query, sparql, format)

    @server.tool(annotations=reads, structured_output=False)
    def describe(thing: str) -> str:
        """Everything said of one thing, as Turtle; give its IRI, or class and key: commitment/KEY."""
        return text_of(tools.describe, thing)

    return server
