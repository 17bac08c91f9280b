"""A request and a response below the routes: Werkzeug's, which know of no application and no framework.

Views and everything under them are handed the request; there is no other way to it. Tests and programs make
one with `Request.from_values("/doc/commitment/EE0050.ttl")`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request as _Request
from werkzeug.wrappers import Response as _Response

from ogpld.formats import media
from ogpld.web.http.languages import language_named, negotiated_language
from ogpld.web.http.site_paths import address, link_paths, write_sentence
from ogpld.web.http.wordings import wording_of
from ogpld.wording import Wording

#: What a query of an address has that names a language: the name as it is, or a name with escapes.
_NAMES_LANGUAGE = re.compile("(?:^|&)(?:lang=|[^=&]*%)")


class Request(_Request):
    """What a client sends: method, path, `args`, headers, body, address (RFC 9110 section 9)."""

    @property
    def context_address(self) -> str:
        """The address of the JSON-LD context of what answers, "" where nothing has one."""
        return ""

    @property
    def named_language(self) -> str:
        """The language of pages that the address names, "" where it names none."""
        if not _NAMES_LANGUAGE.search(self.environ["QUERY_STRING"]):
            return ""  # most name none, and are not parsed to see that
        return language_named(self.args.get("lang", ""))

    @property
    def language(self) -> str:
        """The language that a page is answered in."""
        return self.named_language or negotiated_language(self.headers.get("Accept-Language"))

    def wording_in(self, language: str) -> Wording:
        """Return how a language of pages says things."""
        return wording_of(language)

    def address(self, path: str) -> str:
        """Return the address of a path of the site, as it is sent."""
        return address(self.root_path, path)

    def sentence(self, text: str) -> str:
        """Return a text of ours with the addresses of paths in it."""
        return write_sentence(text, self.root_path)

    def linked(self, text: str) -> Markup:
        """Return a text of ours as HTML, in which paths of the site are links."""
        return link_paths(text, self.root_path)

    def read(self, most: int) -> bytes:
        """Return the body.

        Args:
            most: bytes it may have.

        Raises:
            RequestEntityTooLarge: for a longer one.
        """
        # one more than wanted, because a body without length ends at the bound without a word
        self.max_content_length = most + 1
        body = self.get_data(cache=True)
        if len(body) > most:
            raise RequestEntityTooLarge
        return body


@dataclass(frozen=True, slots=True)
class FileRange:
    """A part of a file: bytes from `start` up to, not including, `end`.

    Attributes:
        owner: what keeps a temporary file in being, None for others.
    """

    path: Path
    start: int
    end: int
    owner: object = None


class Response(_Response):
    """Status, headers and body of an answer.

    Attributes:
        file: the part of a file that is the body; the server sends it by its own means.
        coding: the content coding the answer has or is to get, "" for none, None before it is chosen.
    """

    default_mimetype = media.HTML.type
    file: FileRange | None = None
    coding: str | None = None

    def vary_by(self, name: str) -> None:
        """Say that a header of the request decided."""
        names = self.headers.get("Vary", "")
        if not names:
            self.headers["Vary"] = name
        elif name.lower() not in names.lower().split(", "):
            self.headers["Vary"] = f"{names}, {name}"

    def sent(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return status, headers and body as they are sent (PEP 3333)."""
        if (
            self.status_code == HTTPStatus.OK
            and environ["REQUEST_METHOD"] != "HEAD"
            and self.is_sequence
            and "Content-Length" in self.headers
            and "Content-Location" not in self.headers
        ):  # what is left to do to others is nothing here
            return self.status, self.headers.to_wsgi_list(), self.get_data()
        parts, status, headers = self.get_wsgi_response(environ)
        return status, headers, b"".join(parts)


def not_modified(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> Response:
    """Return a 304 (RFC 9110 section 15.4.5), without a type: else it would be taken for a page."""
    response = Response(status=304, headers=headers)
    response.headers.remove("Content-Type")
    return response
