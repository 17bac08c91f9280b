"""Paths of the site, and the addresses they have where the site is not a whole host.

Everything inside reads and writes paths of the site, which begin with a slash (`/doc/member/EST`). The path
of the base IRI (`ogpld.base_path`) is taken off a request here (PEP 3333: from `PATH_INFO` to `SCRIPT_NAME`),
and put in front of what is sent here: in headers, in pages, in single values and in sentences. Without such
a path nothing of this does anything.
"""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape
from werkzeug.datastructures import Headers

from ogpld.base_path import FIRST_SEGMENTS, base_path
from ogpld.formats import media

#: Attributes that hold addresses.
ATTRIBUTES = ("href", "src", "action", "formaction", "data-endpoint")
#: A path at the beginning of one; text of a page has no bare quotation marks.
_ATTRIBUTE = re.compile(rf'(?<=\s)({"|".join(ATTRIBUTES)})="(?=/(?!/))')
#: The path and the query that an anchor leads to.
_ANCHOR = re.compile(r'(<a\b[^>]*?\shref=")(/(?!/|static/)[^"#?]*)(\?[^"#]*)?(?=["#])')
#: A path of a page: of no file, but for tables that have pages.
_PAGE = re.compile(r".*/(?:[^/.]|\.\.)*(?:\.html)?|.*/source/[^/]+/[^/]+\.csv")
#: The start of a form whose fields become the query of an address.
_FORM = re.compile(r'<form\b(?![^>]*\smethod="post")[^>]*>')
#: The path and the query that a form is sent to as a body, or by one of its buttons.
_SENT_TO = re.compile(
    r'(<form\b(?=[^>]*\smethod="post")[^>]*?\saction="|\sformaction=")(/(?!/)[^"#?]*)(\?[^"#]*)?'
)
#: A path at the beginning of a value of Link.
_LINK = re.compile(r"(^|,\s*)<(?=/(?!/))")
#: A value of Link that leads to a path of the site, with its parameters (RFC 8288 section 3).
_LINK_VALUE = re.compile(
    r'<(/(?!/)[^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s;,]+))*)', re.ASCII
)
#: Relations that lead from a page to pages, and those to the same in another form.
_TO_PAGES = frozenset({"canonical", "first", "last", "next", "prev", "up"})
_TO_FORMS = frozenset({"alternate", "related"})
#: Forms with words in the language that their address names.
_WORDED = frozenset({media.HTML.type, media.SVG.type, media.PNG.type})
#: A path among words.
_BEGIN = rf"(?<![\w/<>.:}}])/(?=\.well-known/|(?:{'|'.join(FIRST_SEGMENTS)})\b)"
_WORD = re.compile(_BEGIN)
#: A whole path among words, without the mark that ends the sentence; of a template is none.
_PATH = re.compile(rf"{_BEGIN}[\w./~%#?=&+@-]*[\w/=](?![\w./~%#?=&+@-]*[{{(<…])")


def take_off(environ: dict[str, Any], base_iri: str) -> None:
    """Take the path of the base IRI off the path of a request, where it is in front of it.

    A proxy that hands the address on as it is leaves it there, one that strips it does not: both give the
    same request. A second call changes nothing.

    Args:
        environ: environment of the request (PEP 3333).
        base_iri: that of the release in service.
    """
    prefix = base_path(base_iri)
    if not prefix or environ.get("SCRIPT_NAME"):
        return
    environ["SCRIPT_NAME"] = prefix
    path = environ.get("PATH_INFO", "")
    if f"{path}/".startswith(f"{prefix}/"):
        environ["PATH_INFO"] = path.removeprefix(prefix)


def address(prefix: str, path: str) -> str:
    """Return the address of a path of the site; what is no such path (`#…`, `https://…`) stays as it is."""
    return prefix + path if path.startswith("/") and not path.startswith("//") else path


def write_headers(headers: Headers, prefix: str) -> None:
    """Put the prefix in front of paths in the headers that have some."""
    if not prefix:
        return
    for name in ("Location", "Content-Location"):
        if name in headers:
            headers[name] = address(prefix, headers[name])
    if "Link" in headers:
        headers["Link"] = _LINK.sub(rf"\1<{prefix}", headers["Link"])


def write_page(html: str, prefix: str) -> str:
    """Return a page with the prefix in front of the paths that its elements lead to."""
    return _ATTRIBUTE.sub(rf'\1="{prefix}', html) if prefix else html


def keep_language(html: str, language: str) -> str:
    """Return a page whose links and forms that lead to other pages name the language it is read in.

    Links to files name none. Forms that are sent as a body name it in their address, others in a field.
    Differences (`a..b`), source tables and `.html` are pages.

    >>> keep_language('<a href="/code#a">', "et"), keep_language('<a href="/code.csv">', "et")
    ('<a href="/code?lang=et#a">', '<a href="/code.csv">')
    >>> keep_language('<a href="/catalog.html">', "et")
    '<a href="/catalog.html?lang=et">'
    >>> keep_language('<form action="/search">', "et")
    '<form action="/search"><input type="hidden" name="lang" value="et">'
    >>> keep_language('<form method="post" action="/match">', "et")
    '<form method="post" action="/match?lang=et">'
    """

    def named(match: re.Match[str]) -> str:
        start, path, query = match[1], match[2], match[3] or ""
        return f"{start}{path}{query}{'&amp;' if query else '?'}lang={language}"

    def of_page(match: re.Match[str]) -> str:
        path, query = match[2], match[3] or ""
        is_kept = _PAGE.fullmatch(path) and "format=" not in query and "lang=" not in query
        return named(match) if is_kept else match[0]

    field = f'<input type="hidden" name="lang" value="{language}">'
    html = _FORM.sub(rf"\g<0>{field}", _ANCHOR.sub(of_page, html))
    return _SENT_TO.sub(named, html)


def with_language(path: str, language: str) -> str:
    """Return a path of the site that names a language, "" for none; one that names one stays as it is.

    >>> with_language("/code", "et"), with_language("/code?page=2", "et")
    ('/code?lang=et', '/code?page=2&lang=et')
    """
    if not language or re.search("[?&]lang=", path):
        return path
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def keep_language_in_headers(headers: Headers, language: str) -> None:
    """Add the language that an address names to the pages and pictures in the answer's headers.

    An answer in that language is what `Content-Location` names with it, and its links to pages keep it.
    Data is the same in every language: it is led to without one, and so is what is cited.
    """
    is_worded = headers.get("Content-Language") == language
    if is_worded and "Content-Location" in headers:
        headers["Content-Location"] = with_language(headers["Content-Location"], language)

    def named(match: re.Match[str]) -> str:
        path, parameters = match[1], match[2]
        values = dict(re.findall(r';\s*([\w*-]+)\s*=\s*"?([^";,]*)', parameters))
        relation = values.get("rel", "")
        is_kept = (is_worded and relation in _TO_PAGES) or (
            relation in _TO_FORMS and values.get("type") in _WORDED
        )
        return f"<{with_language(path, language)}>{parameters}" if is_kept else match[0]

    if "Link" in headers:
        headers["Link"] = _LINK_VALUE.sub(named, headers["Link"])


def link_paths(text: str, prefix: str) -> Markup:
    """Return a text of ours as HTML, in which the paths of the site are links.

    The text of a link has the prefix; its address gets it as all of the page (`write_page`).

    >>> link_paths("see /chart, or <q>", "/ogp")
    Markup('see <a href="/chart">/ogp/chart</a>, or &lt;q&gt;')
    """
    parts, done = [], 0
    for match in _PATH.finditer(text):
        link = Markup('<a href="{}">{}</a>').format(match[0], prefix + match[0])
        parts += [escape(text[done : match.start()]), link]
        done = match.end()
    return Markup().join([*parts, escape(text[done:])])


def write_sentence(text: str, prefix: str) -> str:
    """Return a text of ours with the prefix in front of paths in it.

    >>> write_sentence("documents and /sparql have the data", "/ogp")
    'documents and /ogp/sparql have the data'
    """
    return _WORD.sub(f"{prefix}/", text) if prefix else text
