"""Addresses in settings: of pages, endpoints, stores and origins, and what is wrong with one.

Standard library only.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`/?#]+[^\s<>\"{}|\\^`]*")
#: Ports that an origin leaves out, and names that a host has as browsers write it.
_USUAL_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")
#: Addresses that one store may have: of queries, graphs and updates.
_STORE_PARTS = 3


def is_address(text: str) -> bool:
    """Say whether a text is an absolute address with a host and a port that there can be."""
    try:
        parts = urlsplit(text)
        return bool(_ADDRESS.fullmatch(text) and parts.hostname and parts.port != 0)
    except ValueError:
        return False


def endpoint_address(text: str) -> str:
    """Return the address of an endpoint for SERVICE in one spelling (RFC 3986, section 6.2).

    Scheme and host are in lower case, the port is left out where the scheme has it, and there is a path.

    Raises:
        ValueError: for one that is neither https nor http at a loopback address written as a number, or has
            a user, a fragment or characters that an address cannot have.
    """
    parts = urlsplit(text)
    host, port = parts.hostname or "", parts.port
    written = parts.scheme + text[len(parts.scheme) :]
    if not _ADDRESS.fullmatch(written) or not text.isascii() or not host or port == 0:
        raise ValueError("is no address")
    if "@" in parts.netloc or "#" in text:
        raise ValueError("has a user or a fragment")
    if parts.scheme == "http" and not ipaddress.ip_address(host).is_loopback:
        raise ValueError("is not https")
    shown_host = f"[{host}]" if ":" in host else host
    usual = port is None or port == _USUAL_PORTS[parts.scheme]
    place = shown_host if usual else f"{shown_host}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{place}{parts.path or '/'}{query}"


def store_addresses(text: str) -> list[str]:
    """Return the addresses of one store, which commas divide: of queries, and of graphs and updates if given.

    Raises:
        ValueError: for one that is no address of an endpoint, or has a query, and for more than three.
    """
    addresses = [endpoint_address(part) for part in text.split(",")]
    if len(addresses) > _STORE_PARTS or any(urlsplit(address).query for address in addresses):
        raise ValueError("has more than three parts, or a query")
    return addresses


def _one_address(text: str) -> None:
    endpoint_address(text)
    if re.search(",https?:", text):
        raise ValueError("has several addresses")


#: Settings with addresses of servers: what reads one, what it is called, and what to write.
ENDPOINTS: dict[str, tuple[Callable[[str], object], str, str]] = {
    "service_endpoints": (
        _one_address,
        "an endpoint",
        "https://query.example.org/sparql, several with blanks between",
    ),
    "store": (
        store_addresses,
        "a store",
        "https://store.example.org/ds/query, several stores with blanks between",
    ),
    "telemetry": (
        _one_address,
        "a collector",
        "http://127.0.0.1:4318/v1/traces, or https://collector.example.org/v1/traces elsewhere",
    ),
}


def endpoints_problem(name: str, text: str) -> tuple[str, str] | None:
    """Say what is wrong with addresses of servers, and what to write; None when nothing is."""
    read, what, example = ENDPOINTS[name]
    addresses = text.split()
    if name == "telemetry" and len(addresses) > 1:
        return "has several addresses", "name one collector"
    for address in addresses:
        try:
            read(address)
        except ValueError:
            return (
                f"has {address!r}, which is no address of {what} with https, or with http on this machine",
                f"use something like {example}",
            )
    return None


def web_origin(address: str) -> str:
    """Return the origin of a page as browsers write it (RFC 6454, section 6.2).

    Raises:
        ValueError: for what has no scheme or no host.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port
    if not host.isascii():
        host = host.encode("idna").decode()
    if not parts.scheme or not _HOST.fullmatch(host) or "@" in parts.netloc:
        raise ValueError("is no origin")
    shown_host = f"[{host}]" if ":" in host else host
    usual = port is None or port == _USUAL_PORTS.get(parts.scheme)
    return f"{parts.scheme}://{shown_host}" + ("" if usual else f":{port}")


def origins_problem(text: str) -> tuple[str, str] | None:
    """Say what is wrong with origins of pages, and what to write; None when nothing is."""
    for origin in text.split():
        try:
            written = web_origin(origin)
        except ValueError:
            return (
                f"has {origin!r}, which is no origin of a page",
                "use something like https://chat.example.org, several with blanks between",
            )
        if origin != written:
            return f"has {origin!r}, which no browser sends as an origin", f"write {written}"
    return None


def base_problem(text: str) -> tuple[str, str] | None:
    """Say what is wrong with a base IRI, and what to write; None when nothing is."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(web_origin(text)) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not _ADDRESS.fullmatch(text):
        return "is not an absolute http(s) IRI", "use something like https://data.example.org/"
    if "?" in text or "#" in text:
        return "has a query or a fragment", "use something like https://data.example.org/"
    if not text.endswith("/"):
        return "does not end with a slash", f"use {text}/"
    return None
