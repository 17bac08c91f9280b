"""Who asks, as far as a server can know: an address, behind as many proxies as the operator says."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any


def client_of(environ: Mapping[str, Any], proxies: int) -> str:
    """Return the name under which a client's use is counted.

    The address of the connection, or with `proxies` the one the outermost of our own proxies saw: each
    appends to X-Forwarded-For, and what stands further left is the client's own claim. The half of an
    IPv6 address that a subscriber may change at will does not count.
    """
    address = str(environ.get("REMOTE_ADDR", ""))
    if proxies:
        forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(forwarded) >= proxies and forwarded[-proxies]:
            address = forwarded[-proxies]
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
