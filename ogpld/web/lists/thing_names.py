"""What a parameter of a question can mean: names of things, so that forms take `Latvia` for `LVA`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from ogpld.model import ClassDef
from ogpld.queries import bind, load
from ogpld.queries.named import NamedQuery
from ogpld.queries.named.parameter import NamedQueryParameter
from ogpld.rdf import NamedNode
from ogpld.search.thing_keys import ThingKeys
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.value_names import find_code, things_of_name
from ogpld.web.lists.list_index import ask
from ogpld.web.lists.member_status import standings

#: Names a form proposes; any other can be typed.
_PROPOSED = 1000


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as a form shows it.

    Attributes:
        options: value and label of each code, empty for free input.
        value: as a form has it: the name of a thing, where it is called so alone.
        names: what can be typed for each thing that can be meant, and what is said beside it.
    """

    parameter: NamedQueryParameter
    value: str
    input: str
    options: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()


def names_of(serving: OpenRelease, definition: ClassDef) -> ThingKeys:
    """Return the names of a class's things in a release, kept while there is room."""

    def read() -> ThingKeys:
        text = bind(load("names"), kind=NamedNode(definition.iri))
        return ThingKeys((iri, name, label) for iri, name, label in ask(serving, text))

    return serving.cached(("names", definition.name), read)


def key_of(serving: OpenRelease, definition: ClassDef, text: str, parameter: str) -> str:
    """Return the key of the thing of a class that a key or any of its names stands for.

    Raises:
        UsageError: when nothing or more than one thing is called so, naming the parameter and candidates.
    """
    names = names_of(serving, definition)
    called = partial(things_of_name, serving=serving, classes=(definition.name,))
    return names.key(text, parameter, definition.label, called, f"/doc/{definition.segment}")


def typed_value(serving: OpenRelease, parameter: NamedQueryParameter, text: str) -> str:
    """Return a value of a parameter by key or notation, from any name of the thing or code.

    Raises:
        UsageError: as `key_of`.
    """
    if definition := serving.model.classes.get(parameter.kind):
        return key_of(serving, definition, text, parameter.name)
    if parameter.code_list:
        code = find_code(serving.model.schemes[parameter.code_list], text)
        return code.notation if code else text
    return text


def defaults(serving: OpenRelease, query: NamedQuery) -> dict[str, str]:
    """Return the things a question is asked about when nobody says: its own, or others of the release."""
    values = {}
    for parameter in query.parameters:
        if definition := serving.model.classes.get(parameter.kind):
            values[parameter.name] = names_of(serving, definition).default(parameter.default)
    return values


def field_of(parameter: NamedQueryParameter, value: str, serving: OpenRelease) -> Field:
    """Return what a form shows for a parameter."""
    if parameter.code_list:
        codes = serving.model.schemes[parameter.code_list].codes
        code = serving.model.schemes[parameter.code_list].find(value)
        chosen = code.notation if code else value
        return Field(parameter, chosen, "select", tuple((c.notation, c.label) for c in codes))
    kind = {"date": "date", "integer": "number"}.get(parameter.kind, "text")
    definition = serving.model.classes.get(parameter.kind)
    if definition is None:
        return Field(parameter, value, kind)
    typed = names_of(serving, definition).name(value)
    return Field(parameter, typed, kind, names=tuple(_proposed(serving, definition)))


def _proposed(serving: OpenRelease, definition: ClassDef) -> Iterator[tuple[str, str]]:
    """Yield names with keys; a member that left is marked."""
    standing = standings(serving)
    names = names_of(serving, definition)
    for key, label in list(names.labels.items())[:_PROPOSED]:
        left = standing.of(serving.iris.thing(definition.segment, key).value)
        typed = names.name(key)
        named = key if typed == label else label
        yield typed, f"{label} ({left})" if left else named
