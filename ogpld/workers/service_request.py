"""Ask one third-party SPARQL endpoint, as a process of its own: it is killed when its time is over.

Run as a file, with nothing of this package: a JSON object comes on standard input (`endpoint`, `query`,
`rows`, `bytes`, `seconds`), one goes to standard output: `variables` and `rows` with the terms as SPARQL
writes them, or a `fault` (`failed`, `limit`, `address`) and a `detail`.

The name is resolved once, every address it has must be public, and the connection goes to that address; http
without TLS is for addresses of this machine alone, written as numbers. Redirects are not followed. No header
of a caller is sent. The answer is read by a process that can open nothing any more. Standard library only.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import re
import resource
import signal
import socket
import ssl
import sys
from typing import Any
from urllib.parse import urlencode, urlsplit

#: Bytes of memory the process may have.
_MEMORY = 1 << 30
_RESULTS = "application/sparql-results+json"
_TYPES = (_RESULTS, "application/json")
_OK = 200
#: Descriptors of standard input, output and error.
_STANDARD = 3
#: Variables of an answer.
VARIABLES = 100
_NAME = re.compile(r"[A-Za-z0-9_\u00c0-\ufffd]+")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]*")
_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\0": "\\u0000"})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: What `is_global` takes for public: site local addresses (RFC 3879) and those of documents (RFC 9637).
_NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("fec0::/10", "3fff::/20")))

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FaultError(Exception):
    """What went wrong.

    Args:
        kind: `failed` for what SILENT passes over, `limit` for an answer past a bound of ours, `address` for
            one that may not be asked.
        detail: what and why, without a subject.
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class _PinnedConnection(http.client.HTTPConnection):
    """A connection to an address that was looked at before, under the name it was asked by."""

    def __init__(self, host: str, port: int, address: str, seconds: float, *, secure: bool) -> None:
        self.default_port = 443 if secure else 80
        super().__init__(host, port, timeout=seconds)
        self._pinned, self._secure = address, secure

    def connect(self) -> None:
        """Connect to the address; with TLS, the certificate must be that of the name."""
        self.sock = socket.create_connection((self._pinned, self.port), self.timeout)
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def embedded(address: _Address) -> _Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def is_allowed(address: _Address) -> bool:
    """Say whether an address is public."""
    meant = embedded(address)
    if any(meant in network for network in _NOT_PUBLIC):
        return False
    return meant.is_global and not meant.is_multicast and not meant.is_reserved


def resolve(host: str, port: int, *, secure: bool) -> str:
    """Return the address to connect to.

    Args:
        host: name or number.
        port: where.
        secure: whether TLS is spoken; without, the host must be the number of this machine itself.

    Raises:
        FaultError: where there is none, or one of them may not be asked.
    """
    if not secure:
        try:
            if ipaddress.ip_address(host).is_loopback:
                return host
        except ValueError:
            pass
        raise FaultError("address", "is not asked without TLS")
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FaultError("failed", f"has a name that is not found ({error})") from error
    addresses = [str(entry[4][0]) for entry in entries]
    for text in addresses:
        if not is_allowed(ipaddress.ip_address(text.partition("%")[0])):
            raise FaultError("address", "is at an address that is not public")
    return addresses[0]


def read_answer(task: dict[str, Any]) -> bytes:
    """Ask, and return the body of the answer.

    Raises:
        FaultError: for any other than a whole answer with results in JSON.
    """
    parts = urlsplit(task["endpoint"])
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    pinned = resolve(host, port, secure=secure)
    connection = _PinnedConnection(host, port, pinned, task["seconds"], secure=secure)
    try:
        connection.request(
            "POST",
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            urlencode({"query": task["query"]}),
            {
                "Accept": _RESULTS,
                "Accept-Encoding": "identity",
                "Connection": "close",
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "ogpld (SERVICE)",
            },
        )
        with connection.getresponse() as response:
            _check_head(response)
            body = response.read(task["bytes"] + 1)
            length = response.headers.get("Content-Length", "")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FaultError("failed", f"cannot be asked ({type(error).__name__}: {error})") from error
    finally:
        connection.close()
    if len(body) > task["bytes"]:
        raise FaultError("limit", f"gives more than {task['bytes']:,} bytes")
    if length.isdigit() and int(length) != len(body):
        raise FaultError("failed", "ends its answer before it is whole")
    return body


def _check_head(response: http.client.HTTPResponse) -> None:
    if response.status != _OK:
        redirect = " (redirects are not followed)" if 300 <= response.status < 400 else ""  # noqa: PLR2004
        raise FaultError("failed", f"answers with status {response.status}{redirect}")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise FaultError("failed", f"answers with {kind[:80] or 'no type'}, not {_RESULTS}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FaultError("failed", "answers with a content coding that was not asked for")


def read_results(body: bytes, most: int) -> tuple[list[str], list[list[str]]]:
    """Return variables and rows of results in JSON (SPARQL 1.1 Query Results JSON Format).

    Raises:
        FaultError: for what is none, has more rows than `most` or blank nodes.
    """
    try:
        results = json.loads(body.decode("utf-8"))
        names, bindings = results["head"]["vars"], results["results"]["bindings"]
        if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
            raise ValueError("a variable has no name")
        if len(names) > VARIABLES or len(set(names)) < len(names):
            raise ValueError("there are too many variables, or one twice")
        if len(bindings) > most:
            raise FaultError("limit", f"gives more than {most:,} rows")
        return names, [[_term(row.get(name)) for name in names] for row in bindings]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise FaultError("failed", "answers with what are no SPARQL results") from error


def _term(term: dict[str, str] | None) -> str:
    """Return a term as SPARQL writes it."""
    if term is None:
        return "UNDEF"
    kind, value = term["type"], term["value"]
    value.encode("utf-8")  # half of a surrogate pair is no character
    if kind == "bnode":
        raise FaultError("limit", "gives a blank node, which cannot be joined")
    if kind == "uri":
        return _iri(value)
    if kind not in {"literal", "typed-literal"}:
        raise ValueError(kind)
    text = f'"{value.translate(_ESCAPES)}"'
    if (language := term.get("xml:lang")) is not None:
        if not _TAG.fullmatch(language):
            raise ValueError(language)
        return f"{text}@{language}"
    return f"{text}^^{_iri(term['datatype'])}" if "datatype" in term else text


def _iri(value: str) -> str:
    if not _IRI.fullmatch(value):
        raise ValueError(value)
    return f"<{value}>"


def _limit(seconds: float) -> None:
    """Bound what the process takes; it ends with its time, also where nobody is left to kill it."""
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)
    for limit, most in {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: int(seconds) + 1,
    }.items():
        resource.setrlimit(limit, (most, most))


def _forbid_new_files() -> None:
    """Close everything but the standard three, and let the kernel refuse any other file or socket."""
    os.closerange(_STANDARD, os.sysconf("SC_OPEN_MAX"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_STANDARD, _STANDARD))


def main() -> None:
    """Answer the one task on standard input."""
    task = json.load(sys.stdin)
    _limit(task["seconds"])
    try:
        body = read_answer(task)
        _forbid_new_files()
        variables, rows = read_results(body, task["rows"])
        reply: dict[str, Any] = {"variables": variables, "rows": rows}
    except FaultError as error:
        reply = {"fault": error.kind, "detail": error.detail}
    except MemoryError:
        reply = {"fault": "limit", "detail": "needs more memory than it may"}
    json.dump(reply, sys.stdout)


if __name__ == "__main__":
    main()
