"""Content codings (RFC 9110 section 8.4): gzip, or none, which is `identity`.

gzip alone, because every client reads it and Python has it (decision 21). Each coding of an answer is a
representation with a strong ETag of its own: that of the plain bytes with the coding's name at its end. One
that a precondition names is chosen before the one the client would rather have.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from ogpld.formats import media
from ogpld.formats.negotiation import HEADER_LIMIT, parse_weights
from ogpld.web.http.preconditions import evaluate, names

GZIP, IDENTITY = "gzip", ""
#: Bytes from which an answer is compressed: a smaller one is a packet either way.
LEAST = 1_000
#: Levels of gzip: of what has an ETag, whose bytes are the same each time and kept, and of what has none.
_LEVEL, _QUICK = 5, 1
#: Types that become smaller, beside text/*, *+json and *+xml.
_TEXTS = frozenset(
    form.type
    for form in (
        media.JSON,
        media.LINKSET_TEXT,
        media.LINK_FORMAT,
        media.N_QUADS,
        media.N_TRIPLES,
        media.RDF_PATCH,
        media.SPARQL_QUERY,
        media.SPARQL_UPDATE,
        media.TRIG,
        media.BIBTEX,
        media.NDJSON,
        media.RIS,
        media.XML,
    )
)
_NO_TRANSFORM = re.compile(r"(?:^|,)[ \t]*no-transform[ \t]*(?=,|$)", re.IGNORECASE)
#: Headers whose reading is remembered, and the bytes they may have for that.
_HEADERS, _SHORT = 256, 200


def gains(media_type: str) -> bool:
    """Say whether bodies of a media type, without parameters, become smaller."""
    return (
        media_type.startswith("text/")
        or media_type.endswith(("+json", "+xml", "/javascript"))
        or (media_type in _TEXTS)
    )


def acceptable(environ: dict[str, Any]) -> tuple[str, ...]:
    """Return the codings a request accepts (RFC 9110 section 12.5.3), the best first; empty for none.

    Who says nothing, asks for a range or wants nothing changed (`no-transform`) gets `identity`, if it is
    acceptable.

    Args:
        environ: the request as WSGI has it.
    """
    header = environ.get("HTTP_ACCEPT_ENCODING", "")
    codings = _read_short(header) if len(header) <= _SHORT else _read_long(header)
    plain = "HTTP_RANGE" in environ or no_transform(environ.get("HTTP_CACHE_CONTROL", ""))
    return (IDENTITY,) if plain and IDENTITY in codings else codings


def no_transform(cache_control: str) -> bool:
    """Say whether Cache-Control forbids another coding (RFC 9111 sections 5.2.1.6 and 5.2.2.6)."""
    return bool(_NO_TRANSFORM.search(cache_control))


def _read(header: str) -> tuple[str, ...]:
    weights = {coding.removeprefix("x-"): weight for coding, weight in parse_weights(header)}
    rest = weights.get("*")
    packed = weights.get(GZIP, rest or 0.0)
    # identity that is not listed is acceptable, and worth less than what is
    plain = weights.get("identity", 0.0005 if rest is None else rest and min(rest, 0.0005))
    both = ((GZIP, packed), (IDENTITY, plain))
    return tuple(name for name, weight in sorted(both, key=lambda b: -b[1]) if weight > 0)


def _read_long(header: str) -> tuple[str, ...]:
    """Return the same of a header that is not remembered; one that is absurd is passed over."""
    return _read(header) if len(header) <= HEADER_LIMIT else (IDENTITY,)


_read_short = lru_cache(_HEADERS)(_read)


def tag_of(etag: str, coding: str) -> str:
    """Return the ETag of a coding, given that of the plain bytes.

    >>> tag_of('"5d41-ttl"', "gzip")
    '"5d41-ttl-gzip"'
    """
    return f'{etag[:-1]}-{coding}"' if etag and coding else etag


def plain_tag(etag: str, coding: str) -> str:
    """Return the ETag of the plain bytes, given that of a coding."""
    return etag.removesuffix(f'-{coding}"') + '"' if etag and coding else etag


def has_it(environ: dict[str, Any], etag: str) -> bool:
    """Say whether a client shows that it had an answer, so that it need not be made again to say 304.

    Args:
        environ: the request as WSGI has it.
        etag: that of the plain bytes.
    """
    if "HTTP_IF_NONE_MATCH" not in environ:
        return False
    coding = condition_names(environ, etag, acceptable(environ))
    if coding is None:
        return False
    return evaluate(environ, tag_of(etag, coding)) == HTTPStatus.NOT_MODIFIED


def condition_names(environ: dict[str, Any], etag: str, codings: Sequence[str]) -> str | None:
    """Return the first coding whose ETag a precondition names, None where none is.

    Args:
        environ: the request as WSGI has it.
        etag: that of the plain bytes, "" for none.
        codings: those to choose from.
    """
    header = environ.get("HTTP_IF_MATCH", "*")
    if header.strip() == "*":
        header = environ.get("HTTP_IF_NONE_MATCH", "*")
    if not etag or header.strip() == "*":
        return None
    return next((coding for coding in codings if names(header, tag_of(etag, coding))), None)


def gzip_body(body: bytes, etag: str) -> bytes:
    """Return a body in gzip (RFC 1952), the same each time for what has an ETag."""
    return gzip.compress(body, _LEVEL if etag else _QUICK, mtime=0)
