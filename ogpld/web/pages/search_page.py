"""What `/search` answers: matches with why they match, counts by class, and what may have been meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from ogpld.language_tags import DEFAULT
from ogpld.letters import word_places
from ogpld.search.folding import fold, fold_latin
from ogpld.search.index import LONGEST_TEXT, Match, Results
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.value_names import member_key
from ogpld.web.http.http_messages import Request
from ogpld.web.http.named_forms import form_query, with_form
from ogpld.web.http.parameters import unknown_value
from ogpld.web.http.problems import Problem
from ogpld.web.http.site_paths import with_language
from ogpld.web.pages.links import local_path
from ogpld.wording import gettext, language, marked, own_name

#: Matches on a page when nobody says how many, and at most.
PAGE, MOST = 20, 100
#: Suggestions when nobody says how many, and at most.
SUGGESTIONS, MOST_SUGGESTIONS = 10, 50
#: Words of a text without any match that are tried one by one.
_TRIED = 8
#: Why a thing matches, in words.
_REASONS = {
    "identifier": marked("identified by it"),
    "same": marked("called so"),
    "words": marked("has the words"),
    "similar": marked("similar name"),
}


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is looked for.

    Attributes:
        text: as it was sent, "" for nothing.
        classes: local name of the class that is wanted, none for all.
        member: key of the member whose things are wanted, "" for all.
        page: number of the page, from 1.
        limit: matches on a page.
    """

    text: str
    classes: tuple[str, ...] = ()
    member: str = ""
    page: int = 1
    limit: int = PAGE

    def address(self, **changes: object) -> str:
        """Return the address of the page with other values: `page` 1 and "" are left out."""
        values: dict[str, object] = {
            "q": self.text,
            "class": "".join(self.classes),
            "member": self.member,
            "limit": self.limit if self.limit != PAGE else "",
            "page": self.page,
            **changes,
        }
        if values["page"] == 1:
            del values["page"]
        return f"/search?{urlencode({name: value for name, value in values.items() if value})}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One match as a page shows it.

    Attributes:
        match: the match.
        href: address of its document, "" for none.
        class_label: what its class is called.
        member_label: what its member is called, "" for none.
        pieces: the name that matches, in pieces; those that are marked are what was looked for.
        reason: why it matches, in words.
    """

    match: Match
    href: str
    class_label: str
    member_label: str
    pieces: tuple[tuple[str, bool], ...]
    reason: str

    @property
    def language(self) -> str:
        """The tag of the name, "" where nobody knows it."""
        return "" if self.match.language == "und" else self.match.language

    def as_json(self) -> dict[str, object]:
        """Return it as programs get it."""
        match = self.match
        return {
            "iri": match.iri,
            "document": self.href,
            "class": match.class_name,
            "key": match.key,
            "label": match.label,
            "member": match.member or None,
            "name": match.name,
            "nameKind": match.name_kind,
            "language": match.language or None,
            "score": match.score,
            "reason": match.reason,
        }


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Everything search.html shows.

    Attributes:
        wanted: what is looked for.
        results: the matches, and how many there are.
        hits: the matches of this page.
        classes: name, label, number and address of each class that has matches, the most first.
        words: words of the text with the number of things that have them, where nothing has them all.
    """

    wanted: SearchRequest
    results: Results
    hits: tuple[Hit, ...]
    classes: tuple[tuple[str, str, int, str], ...]
    words: tuple[tuple[str, int, str], ...] = ()

    @property
    def everywhere(self) -> int:
        """Number of matches of all classes."""
        return sum(self.results.counts.values())

    @property
    def guesses(self) -> bool:
        """Whether nothing has all the words, and what follows is only like the text."""
        return bool(self.hits) and all(hit.match.reason == "similar" for hit in self.hits)

    @property
    def first(self) -> int:
        """Number of the first match of this page, from 1."""
        return (self.wanted.page - 1) * self.wanted.limit + 1

    @property
    def previous(self) -> str:
        """Address of the page before, "" for none."""
        return self.wanted.address(page=self.wanted.page - 1) if self.wanted.page > 1 else ""

    @property
    def next(self) -> str:
        """Address of the page after, "" for none."""
        more = self.wanted.page * self.wanted.limit < self.results.total
        return self.wanted.address(page=self.wanted.page + 1) if more else ""


def read_search(request: Request, serving: OpenRelease) -> SearchRequest:
    """Return what a request looks for.

    Raises:
        Problem: 400 for a text that is too long, or a class, member, number or page that cannot be.
    """
    page = request.args.get("page", "1")
    if not re.fullmatch("[1-9][0-9]{0,5}", page):
        raise _no_page(page)
    return SearchRequest(
        _text(request),
        _classes(request, serving),
        _member(request, serving),
        int(page),
        _limit(request, PAGE, MOST),
    )


def search_page(serving: OpenRelease, wanted: SearchRequest) -> SearchPage:
    """Return the matches of what is looked for, and what may have been meant where there are none.

    Raises:
        Problem: 404 for a page that there is not.
    """
    index = serving.search_index
    results = index.search(
        wanted.text,
        classes=wanted.classes,
        limit=wanted.limit,
        offset=(wanted.page - 1) * wanted.limit,
        member=wanted.member,
    )
    if wanted.page > 1 and not results.matches:
        raise _no_page(str(wanted.page))
    counts = sorted(results.counts.items(), key=lambda item: (-item[1], item[0]))
    classes = tuple(
        (name, _label(serving, name), number, wanted.address(**{"class": name, "page": 1}))
        for name, number in counts
    )
    hits = tuple(_hits(serving, wanted.text, results.matches))
    words = () if results.matches or results.counts else tuple(_words(serving, wanted))
    return SearchPage(wanted, results, hits, classes, words)


def address_of_page(request: Request, href: str) -> str:
    """Return the address of a page of results, with the form and the language that the request names."""
    return with_language(with_form(href, form_query(request)), request.named_language)


def search_json(request: Request, page: SearchPage) -> bytes:
    """Return the matches as JSON."""
    following = page.next and address_of_page(request, page.next)
    content: dict[str, object] = {
        "query": page.wanted.text,
        "class": "".join(page.wanted.classes) or None,
        "member": page.wanted.member or None,
        "total": page.results.total,
        "totalIsExact": page.results.exact,
        "page": page.wanted.page,
        "limit": page.wanted.limit,
        "next": request.address(following) if following else None,
        "classes": {name: number for name, _, number, _ in page.classes},
        "results": [_addressed(request, hit.as_json()) for hit in page.hits],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def suggestions(request: Request, serving: OpenRelease) -> tuple[str, list[Hit]]:
    """Return the text that was begun, and the things it may become.

    Raises:
        Problem: 400 as `read_search`.
    """
    text = _text(request)
    limit = _limit(request, SUGGESTIONS, MOST_SUGGESTIONS)
    matches = serving.search_index.suggest(text, classes=_classes(request, serving), limit=limit)
    return text, list(_hits(serving, text, matches))


def suggestions_array(text: str, hits: Sequence[Hit], base: str) -> bytes:
    """Return suggestions as browsers read them: text, completions, descriptions and addresses.

    The format is that of OpenSearch Suggestions 1.1.
    """
    content = [
        text,
        [hit.match.name for hit in hits],
        [_described(hit) for hit in hits],
        [f"{base}{hit.href[1:]}" for hit in hits],
    ]
    return (json.dumps(content, ensure_ascii=False) + "\n").encode()


def suggestions_json(request: Request, hits: Sequence[Hit]) -> bytes:
    """Return suggestions as an array of objects, like the results of a search."""
    content = [
        {**_addressed(request, hit.as_json()), "description": _described(hit)} for hit in hits
    ]
    return (json.dumps(content, ensure_ascii=False) + "\n").encode()


def pieces_of(text: str, name: str) -> tuple[tuple[str, bool], ...]:
    """Return a name in pieces, with the words marked that begin as words of the text do.

    >>> pieces_of("lobby", "The Lobbying Act")
    (('The ', False), ('Lobbying', True), (' Act', False))
    """
    wanted = tuple({*fold(text).split(), *fold_latin(text).split()})
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in word_places(name):
        word = name[start:end]
        begins = fold(word).startswith(wanted) or fold_latin(word).startswith(wanted)
        if wanted and begins:
            pieces += [(name[done:start], False), (word, True)]
            done = end
    pieces.append((name[done:], False))
    return tuple(piece for piece in pieces if piece[0])


def _hits(serving: OpenRelease, text: str, matches: Sequence[Match]) -> Iterator[Hit]:
    members: dict[str, str] = {}
    labels = _labels(serving, matches)
    for match in matches:
        label = labels.get(match.iri, match.label)
        if match.member and match.member not in members:
            iri = serving.iris.thing("member", match.member).value
            other = serving.search_index.by_identifier(iri)
            name = own_name(iri) or (other[0].label if other else match.member,)
            members[match.member] = name[0]
        yield Hit(
            match if label == match.label else replace(match, label=label),
            local_path(match.iri, serving.iris) or "",
            gettext(_label(serving, match.class_name)),
            members.get(match.member, "") if match.class_name != "Member" else "",
            pieces_of(text, match.name),
            gettext(_REASONS[match.reason]),
        )


def _labels(serving: OpenRelease, matches: Sequence[Match]) -> Mapping[str, str]:
    """Return what the things are called in the language that is written in; the index is in English."""
    if language() == DEFAULT or not matches:
        return {}
    names = serving.names(match.iri for match in matches)
    return {iri: name for iri, (name, _) in names.items()}


def _described(hit: Hit) -> str:
    label = hit.match.label if hit.match.label != hit.match.name else ""
    return ", ".join(part for part in (label, hit.class_label, hit.member_label) if part)


def _words(serving: OpenRelease, wanted: SearchRequest) -> Iterator[tuple[str, int, str]]:
    for word in dict.fromkeys(fold(wanted.text).split()[:_TRIED]):
        total = sum(serving.search_index.search(word, limit=1).counts.values())
        if total and word != fold(wanted.text):
            yield word, total, SearchRequest(word).address()


def _addressed(request: Request, fields: Mapping[str, object]) -> dict[str, object]:
    return {**fields, "document": request.address(str(fields["document"])) or None}


def _label(serving: OpenRelease, class_name: str) -> str:
    definition = serving.model.classes.get(class_name)
    return definition.label if definition else class_name


def _text(request: Request) -> str:
    text = request.args.get("q", "")
    if len(text) > LONGEST_TEXT:
        raise Problem(
            "search-text",
            f"The text has {len(text):,} characters, more than {LONGEST_TEXT:,}.",
            "look for a name or a few words of it; documents are compared at /sparql",
            limit=LONGEST_TEXT,
        )
    return " ".join(text.split())


def _classes(request: Request, serving: OpenRelease) -> tuple[str, ...]:
    text = request.args.get("class", "").strip()
    if not text:
        return ()
    by_name: dict[str, str] = {}
    for definition in serving.model.classes.values():
        by_name[definition.name.casefold()] = definition.name
        if definition.segment:
            by_name.setdefault(definition.segment, definition.name)
    name = by_name.get(text.casefold())
    if name is None:
        names = sorted({definition.name for definition in serving.model.classes.values()})
        raise unknown_value(
            "filter-unknown", f"There is no class {text[:80]!r}.", "class", text[:80], names
        )
    return (name,)


def _member(request: Request, serving: OpenRelease) -> str:
    text = request.args.get("member", "").strip()
    return member_key(text, serving, "filter-unknown") if text else ""


def _limit(request: Request, usual: int, most: int) -> int:
    text = request.args.get("limit", "")
    if not text:
        return usual
    if not re.fullmatch("[1-9][0-9]{0,3}", text) or int(text) > most:
        raise Problem("limit", f"limit={text[:20]} is not a number from 1 to {most:,}.", most=most)
    return int(text)


def _no_page(number: str) -> Problem:
    return Problem(
        "not-found",
        f"The results have no page {number[:20]!r}.",
        "follow the links of the first page",
    )
