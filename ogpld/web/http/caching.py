"""Mark answers as cacheable, and compare entity tags (RFC 9110 13.1.2)."""

from __future__ import annotations

from typing import Any

_KEEP = "ogpld.keep"


def keep(environ: dict[str, Any]) -> None:
    """Mark the answer to this request as one the front may repeat."""
    environ[_KEEP] = True
