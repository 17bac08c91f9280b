"""The path of the base IRI: where on its host a site begins (docs/contract.md#base-path).

Its first segment is none of the site's own, so that a path alone shows whether a proxy took it off or handed
it on.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ogpld.errors import ConfigError

#: What paths of a site begin with, without what follows a dot; `tests/web/test_base_path.py` compares routes.
FIRST_SEGMENTS = frozenset(
    [
        "activity",
        "api",
        "catalog",
        "chart",
        "claims",
        "code",
        "codebook",
        "compare",
        "context",
        "dataset",
        "doc",
        "docs",
        "dump",
        "erasures",
        "errors",
        "favicon",
        "feed",
        "fragments",
        "frame",
        "graph",
        "harvest",
        "healthz",
        "id",
        "ldes",
        "linkset",
        "match",
        "mcp",
        "ns",
        "openapi",
        "opensearch",
        "q",
        "queries",
        "query",
        "reconcile",
        "release",
        "releases",
        "robots",
        "schema",
        "search",
        "shapes",
        "sitemap",
        "source",
        "sparql",
        "static",
        "suggest",
        "template",
        "timemap",
        "validate",
        "void",
    ]
)
_SEGMENTS = re.compile(r"(/[A-Za-z0-9_~][A-Za-z0-9._~-]*)*/")


def base_path(base_iri: str) -> str:
    """Return the path that everything on the site is below, "" for a whole host.

    >>> base_path("https://data.example.org/ogp/")
    '/ogp'
    >>> base_path("https://data.example.org/")
    ''
    """
    return urlsplit(base_iri).path.rstrip("/")


def require_base_path(base_iri: str) -> None:
    """Refuse a base IRI whose path a server could not answer under.

    Raises:
        ConfigError: for a query or fragment, a segment that would have to be escaped, or the first segment of
            paths of the site itself.
    """
    parts = urlsplit(base_iri)
    if "?" in base_iri or "#" in base_iri:
        raise ConfigError(
            f"base_iri {base_iri!r} has a query or a fragment",
            hint="use a path that ends in a slash, like https://data.example.org/ogp/",
        )
    if not _SEGMENTS.fullmatch(parts.path or "/"):
        raise ConfigError(
            f"base_iri {base_iri!r} has the path {parts.path!r}, which cannot be served",
            hint="each segment begins with a letter, a digit, _ or ~ and has only these, dots and dashes",
        )
    first = parts.path.split("/")[1].partition(".")[0]
    if first in FIRST_SEGMENTS:
        raise ConfigError(
            f"the path of base_iri {base_iri!r} begins with /{first}, as paths of the site itself do",
            hint=f"put another segment in front, like {parts.scheme}://{parts.netloc}/ogp{parts.path}",
        )
