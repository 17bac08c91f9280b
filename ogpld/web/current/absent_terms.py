"""What a query names and a release does not have: why an answer may be empty, and what is near.

The query is cut into tokens and nothing of it runs: queries of our own look for its IRIs and literals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ogpld.errors import QueryError
from ogpld.iris import is_key
from ogpld.near_names import closest
from ogpld.rdf import CODE, NS, PREFIXES, XSD, Literal, NamedNode
from ogpld.stores import Answer
from ogpld.stores.query_names import QueryNames
from ogpld.stores.search_forms import QL, TEXT
from ogpld.stores.tokens import Token, quoted, scan, string_value
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.value_names import things_of_name

#: Terms of a query that are looked up, and values.
_MOST_TERMS, _MOST_VALUES = 40, 5
#: Keys of things that are looked for among names, and characters of one past which it is no name.
_MOST_NAMES, _LONGEST_NAME = 5, 100
#: Rows that are looked through for anything but zeros.
_MOST_ZEROS = 100
#: Characters of a value past which it is like none.
_LONGEST = 200
#: Letters that a name has at least with which another one begins.
_SHORTEST = 5
#: What no IRI has.
_SPECIAL = set(' <>"{}|\\^`\n\r\t')
#: Terms of what every query may use: datatypes, and searches for words.
_LEFT_OUT = (XSD.iri, PREFIXES["rdf"], TEXT, QL)
#: The address of a thing or its document, at whatever host, with or without suffix and last slash.
_THING = re.compile(r"https?://[^/]+/(?:.*/)?(?:id|doc)/([\w-]+)/([\w-]+)(?:\.\w+)?/?")
_NUMBERS = (("e", "double"), (".", "decimal"))
#: Functions after which a text has no language.
_WITHOUT_LANGUAGE = frozenset({"STR", "LANG"})
_STRING = XSD("string").value


@dataclass(frozen=True, slots=True)
class AbsentTerm:
    """A term of a query that is nowhere in the release.

    Attributes:
        written: as it stands in the query.
        near: IRI of a term there is that may be meant, "" where none is near.
    """

    written: str
    near: str


@dataclass(frozen=True, slots=True)
class AbsentValue:
    """A value that no statement with a property has.

    Attributes:
        term: the property, as it stands in the query.
        written: the value likewise.
        near: a value there is that may be meant, as a query writes it; "" where none is near.
    """

    term: str
    written: str
    near: str


@dataclass(frozen=True, slots=True)
class Absences:
    """Why a query may have no rows.

    Attributes:
        terms: those the release does not have.
        values: those it does not have behind their property.
        plain_text: whether the query compares with a text without language, which no name is.
    """

    terms: tuple[AbsentTerm, ...] = ()
    values: tuple[AbsentValue, ...] = ()
    plain_text: bool = False


def is_empty(answer: Answer) -> bool:
    """Say whether an answer, rows as JSON, has nothing in it: no row, zeros alone, no statement, or no."""
    if answer.kind == "graph":
        return not answer.rows
    if (answer.rows or 0) > _MOST_ZEROS:
        return False
    content = json.loads(answer.body)
    if answer.kind == "boolean":
        return not content["boolean"]
    rows = content["results"]["bindings"]
    return all(term["value"] == "0" for row in rows for term in row.values())


def find_absences(serving: OpenRelease, query: str) -> Absences:
    """Return what a query names that the release does not have; nothing for what is no query."""
    try:
        tokens = list(scan(query))
    except QueryError:
        return Absences()
    names = QueryNames(tokens, f"{serving.iris.base}sparql")
    tokens = tokens[names.prologue :]
    terms = dict(list(_terms(tokens, names))[:_MOST_TERMS])
    used = _used(serving, terms)
    unused = [iri for iri in terms if iri not in used]
    near = {
        iri: list(_spellings(serving, iri, by_name=number < _MOST_NAMES))
        for number, iri in enumerate(unused)
    }
    there = _used(serving, (iri for spellings in near.values() for iri in spellings))
    absent = tuple(
        AbsentTerm(terms[iri], next((other for other in spellings if other in there), ""))
        for iri, spellings in near.items()
    )
    pairs = [pair for pair in _values(tokens, names) if pair[0] in used][:_MOST_VALUES]
    values = tuple(value for pair in pairs if (value := _absent_value(serving, *pair)))
    return Absences(absent, values, _compares_text(tokens) or any(map(_needs_language, values)))


def _used(serving: OpenRelease, iris: Iterable[str]) -> set[str]:
    """Return which IRIs the release has, as what a statement is about, its property or its value."""
    nodes = [node for iri in dict.fromkeys(iris) if (node := _node(iri))]
    return {row["term"] for row in serving.select("terms-in-use", terms=nodes)} if nodes else set()


def _node(iri: str) -> NamedNode | None:
    """Return an IRI as a term, None for what is none."""
    try:
        return None if set(iri) & _SPECIAL else NamedNode(iri)
    except ValueError:
        return None


def _terms(tokens: Sequence[Token], names: QueryNames) -> Iterator[tuple[str, str]]:
    """Yield the IRIs a query asks for, each with how it is written; no datatypes, functions, templates."""
    followed = [*tokens[1:], None]
    for number, (token, after) in enumerate(zip(tokens, followed, strict=True)):
        before = tokens[number - 1].text.upper() if number else ""
        if token.kind not in {"iri", "name"} or token.frame.role == "template":
            continue
        calls = token.frame.role == "expression" and after is not None and after.text == "("
        iri = names.resolve(token)
        if calls or before in {"^^", "SERVICE", "SILENT"} or iri.startswith(_LEFT_OUT):
            continue
        if iri and _node(iri):
            yield iri, token.text


def _values(tokens: Sequence[Token], names: QueryNames) -> Iterator[tuple[str, str, Literal, str]]:
    """Yield each property with a literal behind it: its IRI, how it is written, the value, how that is."""
    padded = [*tokens, None, None]
    for number, (token, value) in enumerate(pairwise(tokens)):
        if token.kind not in {"iri", "name"} or token.frame.role != "triples":
            continue
        iri, tail = names.resolve(token), padded[number + 2 : number + 4]
        if literal := _literal(value, tail, names):
            size = 1 + (value.kind == "string" and _tail_size(tail))
            written = "".join(piece.text for piece in tokens[number + 1 : number + 1 + size])
            yield iri, token.text, literal, written


def _tail_size(tail: Sequence[Token | None]) -> int:
    """Return how many tokens behind a string are its language or datatype."""
    first = tail[0]
    if first is None:
        return 0
    return 1 if first.kind == "tag" else 2 if first.text == "^^" else 0


def _literal(value: Token, tail: Sequence[Token | None], names: QueryNames) -> Literal | None:
    """Return the literal that begins with a token, None where none does."""
    if value.kind == "number":
        marks = (kind for mark, kind in _NUMBERS if mark in value.text.lower())
        kind = next(marks, "integer")  # 01 is 1, as the engine compares them
        is_whole = kind == "integer" and len(value.text) < _LONGEST
        return Literal(str(int(value.text)) if is_whole else value.text, datatype=XSD(kind))
    if value.keyword in {"TRUE", "FALSE"}:
        return Literal(value.text, datatype=XSD("boolean"))
    if value.kind != "string" or len(value.text) > _LONGEST:
        return None
    text, (first, second) = string_value(value), tail
    if first is not None and first.kind == "tag":
        tag = first.text[1:].lower()
        # a text with a direction is in no data of ours
        return None if "--" in tag else Literal(text, language=tag)
    if first is not None and first.text == "^^" and second is not None:
        datatype = _node(names.resolve(second))
        return Literal(text, datatype=datatype) if datatype else None
    return Literal(text)


def _compares_text(tokens: Sequence[Token]) -> bool:
    """Say whether an expression compares with a text without language, and nothing takes languages off."""
    if any(token.keyword in _WITHOUT_LANGUAGE for token in tokens):
        return False
    around = zip([None, *tokens[:-1]], tokens, [*tokens[1:], None], strict=True)
    return any(
        token.kind == "string"
        and token.frame.role == "expression"
        and not _tail_size([after])
        and "=" in {piece.text for piece in (before, after) if piece}
        for before, token, after in around
    )


def _needs_language(value: AbsentValue) -> bool:
    """Say whether a text has no language and what may be meant has one, or nothing is near."""
    is_plain = value.written.endswith(('"', "'"))
    return is_plain and (not value.near or value.near.rpartition('"')[2].startswith("@"))


def _absent_value(
    serving: OpenRelease, iri: str, term: str, literal: Literal, written: str
) -> AbsentValue | None:
    """Return a value that no statement with its property has, None where one has it."""
    node, plain = NamedNode(iri), Literal(literal.value)
    near = []
    for row in serving.select("values-like", property=node, written=plain):
        language, datatype = row.get("language", ""), row.get("datatype", "")
        if language == (literal.language or "") and datatype == literal.datatype.value:
            return None
        near.append(_written(row["value"], language, datatype))
    codes = _codes_of(serving, iri, literal.value)
    return AbsentValue(term, written, next(iter([*near, *codes]), ""))


def _codes_of(serving: OpenRelease, iri: str, text: str) -> list[str]:
    """Return the codes of a property that are called so."""
    properties = [p for d in serving.model.classes.values() for p in d.properties if p.iri == iri]
    schemes = dict.fromkeys(p.scheme for p in properties if p.scheme)
    codes = [serving.model.schemes[scheme].find(text) for scheme in schemes]
    return [f"<{code.iri}>" for code in codes if code]


def _written(text: str, language: str, datatype: str) -> str:
    """Return a literal as a query writes it."""
    if language:
        return f"{quoted(text)}@{language}"
    if datatype in {XSD("integer").value, XSD("boolean").value}:
        return text
    return quoted(text) if datatype in {"", _STRING} else f"{quoted(text)}^^<{datatype}>"


def _spellings(serving: OpenRelease, iri: str, *, by_name: bool) -> Iterator[str]:
    """Yield what an IRI may stand for, likeliest first: other spellings of it, terms that are like it.

    Args:
        serving: the release.
        iri: the IRI.
        by_name: whether things are looked for that are called as its key reads.
    """
    scheme, colon, rest = iri.partition("://")
    other = {"http": "https", "https": "http"}.get(scheme)
    for spelling in (iri, f"{other}{colon}{rest}" if other else iri):
        plain = spelling.rstrip("/#")
        namespace, _, local = plain.rpartition("/" if plain.rfind("/") > plain.rfind("#") else "#")
        yield from (spelling, plain, f"{namespace}#{local}", f"{namespace}/{local}")
    if thing := _THING.fullmatch(iri):
        segment, key = thing.groups()
        for spelled in (key, key.upper(), key.lower()):
            if is_key(spelled):
                yield serving.iris.thing(segment, spelled).value
        classes = [d.name for d in serving.model.by_segment.get(segment, ())]
        if classes and by_name and len(key) <= _LONGEST_NAME:
            called = things_of_name(key.replace("-", " "), serving, classes)
            yield from (match.iri for match in called[:1])
    yield from _terms_like(serving, iri)


def _terms_like(serving: OpenRelease, iri: str) -> Iterator[str]:
    """Yield codes and terms of the model that are like an IRI by its last name."""
    local = re.split(r"[#/:]", iri.rstrip("/#"))[-1]
    listed = iri.removeprefix("http://").removeprefix("https://")
    scheme_code = listed.removeprefix(CODE.iri.removeprefix("https://")).split("/")
    if len(scheme_code) > 1 and (scheme := serving.model.schemes.get(scheme_code[0])):
        if code := scheme.find(local):
            yield code.iri
        near = closest(local, [code.notation for code in scheme.codes])
        yield from (code.iri for code in scheme.codes if code.notation == near)
    model = serving.model
    terms = {term.key: term.iri for term in model.terms.values()}
    names = {re.split(r"[#/]", term)[-1]: term for term in terms.values()} | terms
    ours = [name for name, term in names.items() if term.startswith(NS.iri)]
    exact = {name.casefold(): term for name, term in names.items()}
    if local.casefold() in exact:
        yield exact[local.casefold()]
    begun = [name for name in ours if len(name) >= _SHORTEST and local.startswith(name)]
    yield from (names[name] for name in sorted(begun, key=len, reverse=True))
    if near := closest(local, ours):
        yield names[near]
