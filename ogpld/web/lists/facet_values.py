"""Values of the filters of lists: what a text in an address means, and how an address names a value.

A code is meant by its notation or by what pages in any language call it, a thing by its key or any name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ogpld.model.facets import BOOLEAN, CODE, INTEGER, THING, Facet
from ogpld.model.schema import Code
from ogpld.rdf import CODE as CODES
from ogpld.rdf import NS, NamedNode
from ogpld.search.typed_names import plain
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.value_names import code_names, things_of_name, word_names
from ogpld.web.http.parameters import unknown_value
from ogpld.web.http.problems import Problem
from ogpld.web.lists.list_index import column, thing_set, things
from ogpld.wording import gettext, label, marked, titled

#: Value of a filter that means "has none": no notation, key or number is written with brackets.
UNKNOWN = "(unknown)"
#: What is said of things without a value: of what each has one of, and of what it may have none of.
NOT_KNOWN, _NONE_HELD = marked("not known"), marked("none known")
#: The same of properties of which nothing is held for another reason than that nobody knows.
_NOTHING = {
    NS("lead").value: marked("not matched to a body"),
    NS("memberStatus").value: marked("no change known"),
}
#: Facets that people ask for most, in the order in which they stand before the others.
_FOREMOST_KEYS = (
    "member",
    "plans",
    "latestCompletion",
    "completion",
    "potentialImpact",
    "potentialForResults",
    "policyAreas",
    "cycle",
    "region",
)
#: Things whose labels are looked through for what was meant by an unknown value.
_LABELLED = 2_000
#: Values that the page of an error names.
_NAMED = 250
_NO = marked("no")
_BOOLEANS = {"true": marked("yes"), "false": _NO}


def values_meant(serving: OpenRelease, name: str, facet: Facet, text: str) -> tuple[str, ...]:
    """Return the values a parameter means: by notation, key, IRI, or the name they have on pages.

    Args:
        serving: the release.
        name: the list.
        facet: what the list is filtered by.
        text: what the address says.

    Raises:
        Problem: 400 with what there is.
    """
    if text == UNKNOWN:
        return (UNKNOWN,)
    values: Sequence[str] = ()
    if facet.kind == CODE:
        values = _codes(serving, facet, text)
    elif facet.kind == THING:
        values = _things(serving, facet, text)
    elif facet.kind == BOOLEAN:
        values = (text,) if text in _BOOLEANS else ()
    elif facet.kind == INTEGER and text in occurring(serving, name, facet):
        values = (text,)
    if not values:
        named = list(_named(serving, name, facet))
        wanted = plain(text)
        values = tuple(dict.fromkeys(value for value, label in named if plain(label) == wanted))
        values = values or _things_called(serving, facet, text)
        if not values:
            raise _unknown(serving, name, facet, text, named)
    return tuple(values)


def nothing_words(facet: Facet, words: str = NOT_KNOWN) -> str:
    """Return what is said of things without a value of a facet, in English; `words` for what each has one of.

    That a commitment continues no other, or was found to have none of the tags of a list, is not unknown.
    """
    may_be_none = facet.kind == THING or facet.definition.max_count != 1
    return _NOTHING.get(facet.definition.iri, _NONE_HELD if may_be_none else words)


def boolean_name(value: str) -> str:
    """Return "yes" for `true` and "no" for `false` in the language that is written in."""
    word = _BOOLEANS.get(value, _NO)
    return gettext(word)


def value_name(
    serving: OpenRelease, facet: Facet, value: str, named: Mapping[str, tuple[str, str]]
) -> tuple[str, str]:
    """Return what pages call a value of a facet, and in which language ("" for that of the page).

    Args:
        serving: the release.
        facet: what has the value.
        value: the value, `UNKNOWN` for none.
        named: names of things and codes with their languages, by IRI.
    """
    if value == UNKNOWN:
        return gettext(nothing_words(facet)), ""
    if facet.kind == BOOLEAN:
        return boolean_name(value), ""
    text = short(serving, facet, value)
    name, language = named.get(value, (text, ""))
    if facet.kind == CODE and not facet.definition.scheme:
        scheme = serving.model.schemes.get(text.partition("/")[0])
        name = f"{name} ({label(scheme.label, scheme.iri)})" if scheme else name
    return name, language


def facet_rank(key: str) -> int:
    """Return a key that puts facets first that people ask for most, and leaves the others in their order."""
    return _FOREMOST_KEYS.index(key) if key in _FOREMOST_KEYS else len(_FOREMOST_KEYS)


def facet_title(facet: Facet) -> str:
    """Return what a facet is called in the language of the page; a lent one says whose it is."""
    name = label(facet.definition.name or facet.key)
    lender = label(facet.lender[:1].upper() + facet.lender[1:])
    return titled(lender, name) if lender else name


def _named(serving: OpenRelease, name: str, facet: Facet) -> Iterator[tuple[str, str]]:
    """Yield the values that a facet can mean, with each name that pages give them in some language.

    None are yielded where they are too many things.
    """
    if facet.kind == CODE:
        for code in _codes_of(serving, name, facet):
            yield from ((code.iri, label) for label in code_names(code))
    elif facet.kind == BOOLEAN:
        for value, word in _BOOLEANS.items():
            yield from ((value, label) for label in word_names(word))
    elif facet.kind == THING:
        there = occurring(serving, name, facet)
        if 0 < len(there) <= _LABELLED:
            things_there = [NamedNode(iri) for iri in sorted(there)]
            for row in serving.select("labels", things=things_there):
                yield row["thing"], row["label"]
    for words in dict.fromkeys((NOT_KNOWN, nothing_words(facet))):
        yield from ((UNKNOWN, label) for label in word_names(words))


def _codes_of(serving: OpenRelease, name: str, facet: Facet) -> Iterator[Code]:
    """Yield the codes that a facet can have: its list, or those that occur where it has none of its own."""
    scheme = serving.model.schemes.get(facet.definition.scheme)
    if scheme:
        yield from scheme.codes
        return
    there = occurring(serving, name, facet)
    for code_list in serving.model.schemes.values():
        yield from (code for code in code_list.codes if code.iri in there)


def _unknown(
    serving: OpenRelease, name: str, facet: Facet, text: str, named: Sequence[tuple[str, str]]
) -> Problem:
    """Return the 400 of a value that a facet has not; `named` are names of values that it could mean."""
    codes = (
        {code.iri: code for code in _codes_of(serving, name, facet)} if facet.kind == CODE else {}
    )
    there = codes.keys() | occurring(serving, name, facet)
    by_value = {value: short(serving, facet, value) for value in there}
    problem = unknown_value(
        "filter-unknown",
        f"{facet.key}={text[:80]} is no value this list can be filtered by.",
        facet.key,
        text,
        [*sorted(by_value.values()), UNKNOWN],
        {label: by_value[value] for value, label in named if value in by_value},
    )

    def names() -> dict[str, str]:
        """Return what the page calls the values, by what stands in addresses; nothing for numbers."""
        labels = {value: label(code.label, code.iri) for value, code in codes.items()}
        if facet.kind == BOOLEAN:
            labels = {value: boolean_name(value) for value in there}
        elif facet.kind == THING:
            labels = {
                iri: name_of_thing for iri, (name_of_thing, _) in serving.names(there).items()
            }
        by_text = {by_value[value]: text for value, text in labels.items()}
        return {**by_text, UNKNOWN: gettext(nothing_words(facet))} if by_text else {}

    if len(there) <= _NAMED:
        problem.names = names
    return problem


def occurring(serving: OpenRelease, name: str, facet: Facet) -> set[str]:
    """Return the values a facet has in the whole list."""
    values_of = column(serving, name, facet)
    return {value for thing in things(serving, name) for value in values_of.get(thing, ())}


def _codes(serving: OpenRelease, facet: Facet, text: str) -> Sequence[str]:
    """Return the codes meant: of the facet's list, or of any where it has none of its own."""
    model, scheme = serving.model, facet.definition.scheme
    lists = [model.schemes[scheme]] if scheme in model.schemes else list(model.schemes.values())
    return tuple(
        code.iri
        for code_list in lists
        for code in code_list.codes
        if text in {code.iri, code.notation, f"{code_list.notation}/{code.notation}"}
    )


def _things(serving: OpenRelease, facet: Facet, text: str) -> Sequence[str]:
    """Return the thing of one of the facet's classes that is meant, by key or IRI."""
    for iri in facet.definition.things:
        frame = serving.frames.of({iri})
        segment = serving.model.by_class_iri[iri].segment
        beginning = f"{serving.iris.base}id/{segment}/"
        wanted = beginning + text.removeprefix(beginning).removeprefix(f"{segment}/")
        if frame is not None and wanted in thing_set(serving, frame.name):
            return (wanted,)
    return ()


def _things_called(serving: OpenRelease, facet: Facet, text: str) -> tuple[str, ...]:
    """Return the things of the facet's classes that have a text as one of their codes and other names."""
    by_class = serving.model.by_class_iri
    classes = {by_class[iri].name for iri in facet.definition.things if iri in by_class}
    if facet.kind != THING or not classes:
        return ()
    called = dict.fromkeys(match.iri for match in things_of_name(text, serving, classes))
    return tuple(iri for iri in called if _things(serving, facet, iri))


def short(serving: OpenRelease, facet: Facet, value: str) -> str:
    """Return a value as a parameter names it: notation, key, or the text itself.

    Where the facet has no list of its own, or things of several classes share a key, that is told as well.
    """
    scheme = facet.definition.scheme
    if scheme and value.startswith(f"{CODES.iri}{scheme}/"):
        return value.rpartition("/")[2]
    if value in CODES:
        return CODES.local(value)
    if facet.kind == THING and serving.iris.is_thing(value):
        key = value.rpartition("/")[2]
        alone = len(facet.definition.things) == 1 or _things(serving, facet, key) == (value,)
        return key if alone else value.removeprefix(f"{serving.iris.base}id/")
    return value
