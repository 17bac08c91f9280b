"""What `/search` answers: matches with why they match, counts by class, and what may have been meant."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from ogpld.language_tags import DEFAULT
from ogpld.letters import word_places
from ogpld.rdf import NS
from ogpld.search.folding import fold, fold_latin
from ogpld.search.matches import Match, Results, Topic
from ogpld.search.name_table import IDENTIFYING, KEY
from ogpld.search.readings import telling_words
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.http_messages import Request
from ogpld.web.http.named_forms import form_query, with_form
from ogpld.web.http.page_numbers import limit_of
from ogpld.web.http.site_paths import with_language
from ogpld.web.pages.links import local_path
from ogpld.web.pages.search_request import (
    MOST_SUGGESTIONS,
    SUGGESTIONS,
    SearchRequest,
    classes_wanted,
    no_page,
    text_wanted,
)
from ogpld.wording import gettext, language, ngettext, titled
from ogpld.wording import label as label_in_language
from ogpld.wording import number as figure

#: Words of a text without any match that are tried one by one.
_TRIED = 8
#: Codes by which commitments are offered, for what a text is about.
_OFFERED = 4
_NO_NAME = ("", "")


@dataclass(frozen=True, slots=True)
class Hit:
    """One match as a page shows it.

    Attributes:
        match: the match.
        href: address of its document, "" for none.
        kind: what it is: its class, of a code what it is a code of.
        label: what it is called, with the tag of that.
        member: what its member is called, with the tag of that, "" for none.
        pieces: the name by which people know it, in pieces; those that are marked are what was looked for.
        topic: the name of the code by which it was found, in pieces, none where it was found by its own.
        commitments: how many carry it, where it is a code.
        list_href: address of the list of these, "" for none.
    """

    match: Match
    href: str
    kind: str
    label: tuple[str, str]
    member: tuple[str, str]
    pieces: tuple[tuple[str, bool], ...]
    topic: tuple[tuple[str, bool], ...] = ()
    commitments: int = 0
    list_href: str = ""

    @property
    def other_kind(self) -> str:
        """What kind of name matches, "" for a label, and for a key, which a page shows."""
        match = self.match
        is_key = match.name_kind == KEY or self.identifier == match.key
        return "" if is_key or match.name_kind == "label" else match.name_kind

    @property
    def identifier(self) -> str:
        """The key, code or id that matches, "" where a name does."""
        return self.match.name if self.match.name_kind in IDENTIFYING else ""

    @property
    def name(self) -> tuple[str, str]:
        """The name by which people know it, with its tag: the one that matches, but for codes."""
        return self.label if self.identifier else (self.match.name, self.match.language)

    def as_json(self) -> dict[str, object]:
        """Return it as programs get it."""
        match = self.match
        return {
            "iri": match.iri,
            "document": self.href,
            "class": match.class_name,
            "key": match.key,
            "label": self.label[0],
            "labelLanguage": self.label[1] or None,
            "member": match.member or None,
            "name": match.name,
            "nameKind": match.name_kind,
            "language": match.language or None,
            "score": match.score,
            "reason": match.reason,
            "topic": match.topic or None,
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """A list of commitments that a text may mean: of a member, about a topic.

    Attributes:
        name: of the topic, behind that of the member.
        kind: what the topic is: a policy area, a grand challenge.
        number: how many commitments.
        href: address of the list.
    """

    name: str
    kind: str
    number: int
    href: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Everything search.html shows.

    Attributes:
        wanted: what is looked for.
        results: the matches, and how many there are.
        hits: the matches of this page.
        classes: name, label, number and address of each class that has matches, the most first.
        words: words of the text with the number of things that have them, where nothing has them all.
        offers: lists of the commitments that the text may mean.
    """

    wanted: SearchRequest
    results: Results
    hits: tuple[Hit, ...]
    classes: tuple[tuple[str, str, int, str], ...]
    words: tuple[tuple[str, int, str], ...] = ()
    offers: tuple[Offer, ...] = ()

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


def search_page(serving: OpenRelease, wanted: SearchRequest) -> SearchPage:
    """Return the matches of what is looked for, and what may have been meant where there are none.

    Raises:
        Problem: 404 for a page past the last.
    """
    index = serving.search_index
    results = index.search(
        wanted.text,
        classes=wanted.classes,
        limit=wanted.limit,
        offset=(wanted.page - 1) * wanted.limit,
        member=wanted.member,
        language=language(),
    )
    if wanted.page > 1 and not results.matches:
        raise no_page(str(wanted.page))
    counts = sorted(results.counts.items(), key=lambda item: (-item[1], item[0]))
    classes = tuple(
        (name, _label(serving, name), number, wanted.address(**{"class": name, "page": 1}))
        for name, number in counts
    )
    hits = tuple(_hits(serving, wanted.text, results.matches))
    words = () if results.matches or results.counts else tuple(_words(serving, wanted))
    offers = tuple(_offers(serving, wanted)) if wanted.page == 1 else ()
    return SearchPage(wanted, results, hits, classes, words, offers)


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
    text = text_wanted(request)
    limit = limit_of(request, SUGGESTIONS, MOST_SUGGESTIONS)
    matches = serving.search_index.suggest(
        text, classes=classes_wanted(request, serving), limit=limit, language=language()
    )
    return text, list(_hits(serving, text, matches))


def suggestions_array(text: str, hits: Sequence[Hit], base: str) -> bytes:
    """Return suggestions as browsers read them: text, completions, descriptions and addresses.

    The format is that of OpenSearch Suggestions 1.1.
    """
    content = [
        text,
        [hit.name[0] for hit in hits],
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
    wanted = tuple(
        word for form in {fold(text), fold_latin(text)} for word in telling_words(form).split()
    )
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
    keys = {match.member for match in matches if match.member}
    iris = [serving.iris.thing("member", key).value for key in keys]
    labels = _labels(serving, [*(match.iri for match in matches), *iris])
    members = {key: _member_name(serving, key, labels) for key in keys}
    topics = serving.search_index.topics([m.iri for m in matches if m.class_name == "Concept"])
    for match in matches:
        topic = topics.get(match.iri)
        hit = Hit(
            match,
            local_path(match.iri, serving.iris) or "",
            _kind(serving, match, topic),
            labels.get(match.iri, (match.label, match.label_language)),
            members.get(match.member, _NO_NAME) if match.class_name != "Member" else _NO_NAME,
            (),
            pieces_of(text, match.topic),
            topic.number if topic else 0,
            _list_of(serving, topic) if topic else "",
        )
        yield replace(hit, pieces=pieces_of(text, hit.name[0]))


def _offers(serving: OpenRelease, wanted: SearchRequest) -> Iterator[Offer]:
    """Yield the lists of commitments about the topics of a text, of the member that it names."""
    member, topics = serving.search_index.subject(wanted.text, wanted.member)
    if not member:  # the codes themselves lead to all that carry them
        return
    chosen = topics[:_OFFERED]
    iri = serving.iris.thing("member", member).value
    names = _labels(serving, [iri, *(topic.iri for topic in chosen)])
    whose, _tag = _member_name(serving, member, names)
    for topic in chosen:
        name, _tag = names.get(topic.iri, (topic.label, ""))
        yield Offer(
            titled(whose, name),
            _list_name(serving, topic.iri),
            topic.number,
            _list_of(serving, topic, member),
        )


def _member_name(
    serving: OpenRelease, key: str, labels: Mapping[str, tuple[str, str]]
) -> tuple[str, str]:
    iri = serving.iris.thing("member", key).value
    others = serving.search_index.by_identifier(iri)
    label = (others[0].label, others[0].label_language) if others else (key, "")
    return labels.get(iri, label)


def _list_of(serving: OpenRelease, topic: Topic, member: str = "") -> str:
    """Return the address of the list of the commitments that carry a code."""
    (parameter, *_) = serving.context.keys[NS(topic.property).value]
    filters = {"member": member} if member else {}
    return f"/doc/commitment?{urlencode({**filters, parameter.name: topic.key})}"


def _kind(serving: OpenRelease, match: Match, topic: Topic | None) -> str:
    """Return what a thing is in words: codes of one name are told apart by their lists."""
    kind = gettext(_label(serving, match.class_name))
    of = _list_name(serving, match.iri) if match.class_name == "Concept" else ""
    return of if topic and of else titled(kind, of) if of else kind


def _list_name(serving: OpenRelease, code: str) -> str:
    """Return what the list of a code is called, "" for one that the model does not have."""
    scheme = serving.model.schemes.get(code.split("/")[-2])
    return label_in_language(scheme.label, scheme.iri) if scheme else ""


def _labels(serving: OpenRelease, iris: Collection[str]) -> Mapping[str, tuple[str, str]]:
    """Return what things are called in the language that is written in; the index has it in English."""
    return {} if language() == DEFAULT else serving.names(filter(None, iris))


def _described(hit: Hit) -> str:
    label = hit.label[0] if hit.label != hit.name else ""
    number = (
        ngettext("%(number)s commitment", "%(number)s commitments", n, number=figure(n))
        if (n := hit.commitments)
        else ""
    )
    return ", ".join(
        part for part in (label, hit.identifier, hit.kind, number, hit.member[0]) if part
    )


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
