"""The messages of the Model Context Protocol: a request in, a reply out, nothing remembered in between.

Revision 2026-07-28, which has no handshake and no sessions: every request says its version ("Base Protocol",
sections Statelessness and General fields; "Versioning and Compatibility"). Clients of 2025-06-18 and
2025-11-25 are answered as well: their `initialize` is a question like any other, and nothing is kept of it.
Sections are those of the specification at modelcontextprotocol.io. No HTTP in here, and nothing of what the
tools tell.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ogpld.agents.tool import Json, Tool, Toolbox
from ogpld.errors import OgpldError, QueryError, UsageError

_LOG = logging.getLogger("ogpld")

#: The revision in which every request stands for itself.
MODERN = "2026-07-28"
#: Revisions with a handshake that are answered too, newest first.
LEGACY = ("2025-11-25", "2025-06-18")
SUPPORTED = (MODERN, *LEGACY)

#: Codes of JSON-RPC 2.0 and of the protocol ("Base Protocol", Error Codes).
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = (
    -32700,
    -32600,
    -32601,
    -32602,
    -32603,
)
HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022

_META = "io.modelcontextprotocol/"
_VERSION, _CAPABILITIES = f"{_META}protocolVersion", f"{_META}clientCapabilities"
_SENTINEL = re.compile(r"=\?base64\?(.*)\?=", re.DOTALL)
#: Milliseconds for which a client may keep the list of tools: a release may go into service at any time.
_FRESH = 300_000


class RpcError(Exception):
    """An error of the protocol, which a client mends, not a model.

    Args:
        code: as above.
        message: a sentence.
        data: further members.
    """

    def __init__(self, code: int, message: str, data: Json | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back for one message.

    Attributes:
        message: the JSON-RPC response, None where a notification was taken.
        legacy: whether the client speaks a revision with a handshake.
    """

    message: Json | None
    legacy: bool = False

    @property
    def error(self) -> int:
        """The code of the error, 0 for a result and for a notification."""
        code: int = (self.message or {}).get("error", {}).get("code", 0)
        return code

    @property
    def body(self) -> bytes:
        """The response as JSON in UTF-8, without line breaks; empty for a notification."""
        if self.message is None:
            return b""
        return json.dumps(self.message, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class MirrorHeaders:
    """What HTTP repeats of a message, None where it does not ("Streamable HTTP", Request Metadata)."""

    version: str | None
    method: str | None
    name: str | None


def reply_to(body: bytes, toolbox: Toolbox, headers: MirrorHeaders | None = None) -> Reply:
    """Return the reply to one message.

    Args:
        body: the message, JSON in UTF-8.
        toolbox: the tools that can be called.
        headers: those of HTTP; None for a transport without headers.
    """
    identifier: object = None
    legacy = False
    try:
        message = _read(body)
        identifier = _identifier(message)
        legacy = _is_legacy(message, headers)
        if identifier is None:
            _check_notification(headers)
            return Reply(None, legacy)
        if not legacy:
            _check_modern(message, headers)
        result = _result(message, toolbox, legacy=legacy)
    except RpcError as error:
        return Reply(_error(identifier, error), legacy)
    except Exception as error:  # noqa: BLE001  (a fault of ours, of which nobody outside is told)
        name = secrets.token_hex(4)
        _LOG.error("unexpected error %s", name, exc_info=error)
        fault = RpcError(INTERNAL_ERROR, f"This is a fault in ogpld; tell the operator: {name}")
        return Reply(_error(identifier, fault), legacy)
    return Reply({"jsonrpc": "2.0", "id": identifier, "result": result}, legacy)


def _read(body: bytes) -> Json:
    """Return a message as an object.

    Raises:
        RpcError: for what is no JSON, or no single message.
    """
    try:
        message = json.loads(body.decode("utf-8"), parse_constant=_no_number)
        json.dumps(message, ensure_ascii=False).encode("utf-8")  # refuses halves of characters
    except (ValueError, RecursionError) as error:
        raise RpcError(PARSE_ERROR, "The message is no JSON in UTF-8.") from error
    if isinstance(message, list):
        raise RpcError(INVALID_REQUEST, "Batches are not taken: send one message at a time.")
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, 'The message is no object with "jsonrpc": "2.0".')
    return message


def _no_number(text: str) -> None:
    raise ValueError(text)


def _identifier(message: Json) -> str | int | None:
    """Return the id of a request, None for a notification ("Base Protocol", Messages).

    Raises:
        RpcError: for a message that is neither.
    """
    if not isinstance(message.get("method"), str):
        raise RpcError(
            INVALID_REQUEST, "The message has no method: send requests and notifications only."
        )
    if "id" not in message:
        return None
    identifier = message["id"]
    if isinstance(identifier, bool) or not isinstance(identifier, str | int):
        raise RpcError(INVALID_REQUEST, "The id of a request is a text or a whole number.")
    return identifier


def _params(message: Json) -> Json:
    params = message.get("params", {})
    if not isinstance(params, dict):
        raise RpcError(INVALID_PARAMS, "params is no object.")
    return params


def _meta(message: Json) -> Mapping[str, Any]:
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta if isinstance(meta, dict) else {}


def _is_legacy(message: Json, headers: MirrorHeaders | None) -> bool:
    """Say which era a message is of ("Versioning and Compatibility", Backward Compatibility)."""
    if _VERSION in _meta(message):
        return False
    if headers is None:
        return bool(message["method"] != "server/discover")
    return bool(message["method"] == "initialize") or headers.version in LEGACY


def _check_notification(headers: MirrorHeaders | None) -> None:
    if headers is not None and headers.version and headers.version not in SUPPORTED:
        raise _unsupported(headers.version)


def _check_modern(message: Json, headers: MirrorHeaders | None) -> None:
    """Hold the envelope of a request against the specification, in the order in which it is told.

    Raises:
        RpcError: for a member that is missing ("Base Protocol", General fields), a header that says something
            else ("Streamable HTTP", Server Validation), or an unknown version.
    """
    if headers is not None and headers.version is None:
        raise RpcError(
            HEADER_MISMATCH, f"Header mismatch: MCP-Protocol-Version is missing; send {MODERN}."
        )
    meta = _meta(message)
    version = meta.get(_VERSION)
    if version is None and headers is not None and headers.version not in SUPPORTED:
        raise _unsupported(str(headers.version))
    if not isinstance(version, str) or not isinstance(meta.get(_CAPABILITIES), dict):
        raise RpcError(
            INVALID_PARAMS,
            f"params._meta needs {_VERSION} (a text) and {_CAPABILITIES} (an object).",
        )
    if headers is not None:
        _check_headers(message, version, headers)
    if version != MODERN:
        raise _unsupported(version)


def _check_headers(message: Json, version: str, headers: MirrorHeaders) -> None:
    pairs = [
        ("MCP-Protocol-Version", headers.version, version),
        ("Mcp-Method", headers.method, message["method"]),
    ]
    if message["method"] == "tools/call":
        name = _params(message).get("name")
        pairs.append(("Mcp-Name", _decoded(headers.name), name))
    for header, value, own in pairs:
        if value != own:
            detail = "is missing or malformed" if value is None else "does not match the body"
            raise RpcError(HEADER_MISMATCH, f"Header mismatch: {header} {detail}.")


def _decoded(value: str | None) -> str | None:
    """Return a header's text, None for one that is malformed ("Streamable HTTP", Value Encoding)."""
    match = _SENTINEL.fullmatch(value or "")
    if match is None:
        return value
    try:
        return base64.b64decode(match[1], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None


def _unsupported(version: str) -> RpcError:
    """Return the error of a version that is not spoken here, with those that are."""
    return RpcError(
        UNSUPPORTED_VERSION,
        "Unsupported protocol version",
        {"supported": list(SUPPORTED), "requested": version[:80]},
    )


def _result(message: Json, toolbox: Toolbox, *, legacy: bool) -> Json:
    """Return the result of a request.

    Raises:
        RpcError: for an unknown method, or parameters that it does not take.
    """
    method, params = message["method"], _params(message)
    if method == "tools/call":
        result = _called(params, toolbox)
    elif method == "tools/list":
        if params.get("cursor") is not None:
            raise RpcError(INVALID_PARAMS, "There is no such cursor: the list has one page.")
        tools = [tool.definition for tool in toolbox.tools]
        result = {"tools": tools, **({} if legacy else _caching())}
    elif method == "server/discover" and not legacy:
        result = {
            "supportedVersions": list(SUPPORTED),
            "capabilities": {"tools": {}},
            "instructions": toolbox.instructions,
            **_caching(),
        }
    elif method == "initialize" and legacy:
        wanted = params.get("protocolVersion")
        return {
            "protocolVersion": wanted if wanted in LEGACY else LEGACY[0],
            "capabilities": {"tools": {}},
            "serverInfo": _server(toolbox),
            "instructions": toolbox.instructions,
        }
    elif method == "ping" and legacy:
        return {}
    else:
        raise RpcError(METHOD_NOT_FOUND, f"There is no method {method[:80]!r} here.")
    if legacy:
        return result
    return {"resultType": "complete", **result, "_meta": {f"{_META}serverInfo": _server(toolbox)}}


def _caching() -> Json:
    """Return how long a list may be kept, and by whom (2026-07-28, Caching)."""
    return {"ttlMs": _FRESH, "cacheScope": "public"}


def _server(toolbox: Toolbox) -> Json:
    return {"name": toolbox.name, "title": toolbox.title, "version": toolbox.version}


def _called(params: Json, toolbox: Toolbox) -> Json:
    """Return the result of a tool; what it refuses is its result too ("Tools", Error Handling).

    Raises:
        RpcError: for an unknown tool, or arguments that are no object.
    """
    name, values = params.get("name"), params.get("arguments")
    tool: Tool | None = next((tool for tool in toolbox.tools if tool.name == name), None)
    if tool is None:
        names = ", ".join(tool.name for tool in toolbox.tools)
        raise RpcError(INVALID_PARAMS, f"Unknown tool: {str(name)[:80]}; there are {names}.")
    if values is not None and not isinstance(values, dict):
        raise RpcError(INVALID_PARAMS, "arguments is no object.")
    try:
        result = tool.result(values or {})
    except (QueryError, UsageError) as error:
        return {"content": [_text(_error_text(error))], "isError": True}
    text = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
    return {"content": [_text(text)], "structuredContent": result, "isError": False}


def _error_text(error: OgpldError) -> str:
    """Return an error for a model: code, place, what is wrong and what to do next."""
    return f"{error.code}: {error}"


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _error(identifier: object, error: RpcError) -> Json:
    content: Json = {"code": error.code, "message": error.message}
    if error.data is not None:
        content["data"] = error.data
    return {"jsonrpc": "2.0", "id": identifier, "error": content}
