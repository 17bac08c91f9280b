"""How a page is cited: as a part of the data set, in a release, at an address that keeps what it says.

Documents, lists, graphs, source tables and charts are kept with every release; they are cited at its address
of them. Other pages are cited at their own, as of the release they were made from, with where that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from markupsafe import Markup

from ogpld.catalogue.citation import Citation, authors_of, bibtex, csl, ris, sentence
from ogpld.formats import media
from ogpld.language_tags import LANGUAGES
from ogpld.release import Release
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.http.parameters import LANGUAGE, content_parameters

#: What is kept below the address of each release.
_ARCHIVED = ("/doc/", "/graph/", "/source/", "/chart/")
#: What keeps what it says at its own address.
_PERMANENT = ("/q/", "/release/", "/dump/")


@dataclass(frozen=True, slots=True)
class PageCitation:
    """How a page is cited.

    Attributes:
        sentence: for a list of references, in English but for the title.
        files: name of a form, and the record in it.
        title: of the page as it stands in the sentence, "" for the home page, which has that of the data.
    """

    sentence: str
    files: Sequence[tuple[str, str]]
    title: str = ""


def cite_page(request: ReleaseRequest, release: Release, heading: str) -> PageCitation:
    """Return how the page that a request asks for is cited.

    Args:
        request: the request.
        release: the release the page shows.
        heading: title of the page, as HTML; "" for the home page.
    """
    cited = page_citation(request, release, Markup(heading).striptags())  # noqa: S704  (is read, not sent)
    forms = ((media.BIBTEX, bibtex), (media.RIS, ris), (media.CSL, csl))
    return PageCitation(
        sentence(cited),
        [(form.title, write(cited).decode()) for form, write in forms],
        " ".join(cited.title.split()) if heading else "",
    )


def page_citation(request: ReleaseRequest, release: Release, title: str) -> Citation:
    """Return what is cited of a page; arguments as in `cite_page`, but for the title as plain text."""
    settings = request.release.settings
    base = request.release.iris.base.rstrip("/")
    path, address = _plain_path(request), _plain_address(request)
    is_archived = path.startswith(_ARCHIVED)
    archive_url = f"{base}/release/{release.id}"
    return Citation(
        key=f"{path.strip('/') or 'ogpld'}-{release.id}",
        title=title or settings.title,
        url=f"{archive_url}{address}" if is_archived else base + address,
        whole=base + address,
        version=release.id,
        date=release.manifest.created[:10],
        publisher=settings.publisher_name,
        licence=request.release.licence,
        description="",
        authors=authors_of(settings),
        container=settings.title if title and title != settings.title else "",
        archive_url="" if path.startswith((*_ARCHIVED, *_PERMANENT)) else archive_url,
    )


def page_address(request: ReleaseRequest) -> str:
    """Return the address of the page as the site is configured, without what only chooses a form.

    Where the address names a language, it is that of the page in it.
    """
    return request.release.iris.base.rstrip("/") + _plain_address(request, request.named_language)


def neutral_address(request: ReleaseRequest) -> str:
    """Return the address of the page in the language that the reader's browser asks for."""
    return request.release.iris.base.rstrip("/") + _plain_address(request)


def language_addresses(request: ReleaseRequest) -> list[tuple[str, str, str, str]]:
    """Return of each language its tag, its own name, and the path and the address of the page in it."""
    base = request.release.iris.base.rstrip("/")
    paths = {tag: _plain_address(request, tag) for tag in LANGUAGES}
    return [(tag, LANGUAGES[tag], path, base + path) for tag, path in paths.items()]


def _plain_path(request: ReleaseRequest) -> str:
    return re.sub(r"\.html$", "", request.path)


def _plain_address(request: ReleaseRequest, language: str = "") -> str:
    pairs = content_parameters(request)
    pairs += [(LANGUAGE.name, language)] if language else []
    return quote(_plain_path(request)) + (f"?{urlencode(pairs)}" if pairs else "")
