"""What the names in an agent's call stand for: a thing, a class, a term of a query.

A name that stands for nothing is answered with what is nearest to it, so that the next call can be right.
"""

from __future__ import annotations

import re

from ogpld.errors import UsageError
from ogpld.iris import is_key
from ogpld.letters import words_in
from ogpld.model.schema import ClassDef, PropertyDef
from ogpld.near_names import closest_few
from ogpld.queries.named import load_named
from ogpld.rdf import CODE, NS
from ogpld.search.matches import Match
from ogpld.web.agents.model_text import short
from ogpld.web.current.absent_terms import find_absences
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.value_names import things_of_name

_SPECIAL = set(' <>"{}|\\^`\n\r\t')
#: Matches that a refusal names.
_LISTED = 5
#: Letters a word has at least to be looked for alone.
_SHORTEST = 4


def thing_of_name(serving: OpenRelease, text: str) -> str:
    """Return the IRI that a text stands for: an IRI, a class with a key, an identifier or a name.

    Raises:
        UsageError: where nothing or more than one thing is called so, with candidates.
    """
    base = serving.iris.base
    pages = {f"{base}doc/": f"{base}id/", f"{base}code/": CODE.iri, f"{base}ns#": NS.iri}
    page = next((page for page in pages if text.startswith(page)), "")
    iri = f"{pages[page]}{text.removeprefix(page)}" if page else text
    ours = (NS.iri, CODE.iri)
    if (serving.iris.is_thing(iri) or iri.startswith(ours)) and not set(iri) & _SPECIAL:
        return iri
    segment, _, key = text.partition("/")
    if segment in serving.model.by_segment and is_key(key):
        return serving.iris.thing(segment, key).value
    same = things_of_name(text, serving)
    members = [match for match in same if match.class_name == "Member"]
    for exact in (members, same):
        if len(exact) == 1:
            return exact[0].iri
    if same:
        raise UsageError(
            f"{len(same)} things or more are called {text[:80]!r}",
            hint=f"give the IRI of one of them: {_listed(same[:_LISTED])}",
        )
    near = serving.search_index.search(text, limit=_LISTED).matches
    raise UsageError(
        f"nothing here is called {text[:80]!r}",
        hint=f"is it one of these? {_listed(near)}" if near else "call search with fewer words",
    )


def search_class(serving: OpenRelease, name: str) -> str:
    """Return the name of a class whose things are searched: those with pages, and codes.

    Raises:
        UsageError: for another, with those that there are.
    """
    if name in {"Concept", "Code"}:
        return "Concept"
    return class_of_name(serving, name).name


def class_of_name(serving: OpenRelease, name: str) -> ClassDef:
    """Return the class of a name, with or without a prefix, in any case.

    Raises:
        UsageError: for an unknown one, with those that there are.
    """
    classes = {d.name: d for d in serving.model.classes.values() if d.segment}
    local = _local(name)
    for definition in classes.values():
        if local.casefold() in {definition.name.casefold(), definition.label.casefold()}:
            return definition
    raise UsageError(f"there is no class {name[:80]!r}", hint=f"there are: {', '.join(classes)}")


def model_name(serving: OpenRelease, name: str) -> str:
    """Return the class or code list that is meant, as the model writes it, else the name itself.

    With a prefix it is a class or a property: code lists have none.
    """
    model = serving.model
    names = {definition.label.casefold(): key for key, definition in model.classes.items()}
    names |= {key.casefold(): key for key in model.classes}
    if ":" not in name:
        names |= {key.casefold(): key for key in model.schemes}
    local = _local(name).casefold()
    return names.get(local, names.get(local.replace(" ", "-"), name))


def properties_of_name(serving: OpenRelease, name: str) -> list[tuple[ClassDef, PropertyDef]]:
    """Return the properties of a name, each with its class."""
    local = _local(name).casefold()
    return [
        (definition, prop)
        for definition in serving.model.classes.values()
        for prop in definition.properties
        if local in {short(prop.iri).casefold(), _local(prop.iri).casefold(), prop.name.casefold()}
    ]


def near_names(serving: OpenRelease, name: str) -> str:
    """Return what to call `schema` with in place of a name that is none."""
    names = [*serving.model.classes, *serving.model.schemes]
    near = closest_few(_local(name), names, _LISTED)
    there = f"is it one of these? {', '.join(near)}; " if near else ""
    return f"{there}call schema without a name for classes and code lists"


def near_questions(name: str) -> str:
    """Return what to call `ask_question` with in place of a name that is none."""
    near = closest_few("-".join(name.split()), load_named(), _LISTED)
    return f"is it one of these? {', '.join(near)}" if near else "call questions for their names"


def reasons_for_nothing(serving: OpenRelease, query: str) -> list[str]:
    """Return why a query may have no rows: names that the release does not have, texts without a language."""
    absences = find_absences(serving, query)
    sentences = []
    if absences.terms:
        absent = [
            f"{term.written} (is <{term.near}> meant?)" if term.near else term.written
            for term in absences.terms
        ]
        sentences.append(
            f"Nothing in this release is {' or '.join(absent)}, so the query asks for what there is not: "
            "schema has the classes, properties and codes, search the things."
        )
    for value in absences.values:
        there = f"; there is {value.near}" if value.near else ""
        sentences.append(f"No statement has {value.term} with the value {value.written}{there}.")
    if absences.plain_text:
        sentences.append('Names and titles have a language: compare STR(?name) with "text".')
    return sentences


def other_words(serving: OpenRelease, text: str) -> list[str]:
    """Return which words of a text that nothing is called find something alone."""
    words = list(dict.fromkeys(word for word in words_in(text) if len(word) >= _SHORTEST))[:_LISTED]
    if len(words) < 2:  # noqa: PLR2004  (a word alone has been looked for)
        return []
    totals = {word: serving.search_index.search(word, limit=1).total for word in words}
    some = [f"{word!r} {total:,}" for word, total in totals.items() if total]
    return [f"Of its words alone there are matches: {', '.join(some)}."] if some else []


def _local(name: str) -> str:
    """Return a name without its prefix or namespace."""
    return re.split(r"[#/:]", name.strip())[-1]


def _listed(matches: list[Match] | tuple[Match, ...]) -> str:
    return ", ".join(f"{match.iri} ({match.label}, {match.class_name})" for match in matches)
