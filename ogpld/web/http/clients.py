"""Who asks, as far as a server can know: an address, behind as many proxies as the operator says."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

#: Stands for everybody whose address is not known: `unknown`, obfuscated identifiers (RFC 7239 section 6)
#: and what is no address. They are one client, since each could have as many such names as it likes.
NO_ADDRESS = "unknown"

#: Bits of an IPv6 address that are one subscriber's: providers hand out a /56 or a /64 (RFC 6177).
_SUBSCRIBER = 56
#: The longest text that is looked at: an IPv6 address with brackets, zone and port has less.
_LONGEST = 200
#: Addresses whose client is remembered.
_REMEMBERED = 1024
_BRACKETS = re.compile(r"\[([^\[\]]*)\](?::[\w.-]*)?")
_PORT = re.compile(r":[\w.-]*\Z")


def client_of(environ: Mapping[str, Any], proxies: int) -> str:
    """Return the name under which a client's use is counted.

    The address of the connection, or with `proxies` the one the outermost of our own proxies saw: each
    appends to X-Forwarded-For, and what stands further left is the client's own claim. A header that has
    fewer addresses did not come through all of them, and the address of the connection counts.
    """
    address = str(environ.get("REMOTE_ADDR", ""))
    if proxies > 0:
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        if len(forwarded) >= proxies and forwarded[-proxies].strip():
            address = forwarded[-proxies]
    return client_at(address[:_LONGEST])


def hides_clients(environ: Mapping[str, Any]) -> bool:
    """Say whether a request came through a proxy of ours, behind which all clients look like one."""
    if not environ.get("HTTP_X_FORWARDED_FOR"):
        return False
    address = _parsed(str(environ.get("REMOTE_ADDR", "")))
    return address is not None and address.is_private


@lru_cache(_REMEMBERED)
def client_at(text: str) -> str:
    """Return the client an address stands for, `NO_ADDRESS` for what is none.

    Ports, brackets, quotes and zones do not count (RFC 7239 section 6, RFC 4007 section 11), nor does the
    part of an IPv6 address that a subscriber may change at will.
    """
    text = text[:_LONGEST].strip().strip('"\\').strip()
    if match := _BRACKETS.fullmatch(text):
        address = _parsed(match[1])
    else:
        address = _parsed(text) or _parsed(_PORT.sub("", text))
    if address is None:
        return NO_ADDRESS
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _SUBSCRIBER), strict=False))
    return str(address)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address without its zone, None for what is none."""
    try:
        return ipaddress.ip_address(text.partition("%")[0].strip())
    except ValueError:
        return None
