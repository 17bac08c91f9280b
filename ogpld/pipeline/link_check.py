"""Faults of the links a folder of data states: bodies named in texts, and identifiers of other authorities.

Two kinds of links are read: the lines of `reconciliation/*.csv` (a printed text and the body it names),
and the identifiers that the sources state with `schema:sameAs`. Nothing is written and nothing is asked
of the outside; what an identifier stands for is judged by its address alone. Sources that come without
their table (`given`) are not read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ogpld.config import Settings
from ogpld.errors import Where
from ogpld.iris import Iris
from ogpld.linksets import AUTHORITIES, PLACES
from ogpld.model import load_model
from ogpld.pipeline.inputs import Inputs, open_sources
from ogpld.pipeline.progress import Progress
from ogpld.rdf import RDF, SCHEMA, NamedNode, term_text
from ogpld.sources import read_companion
from ogpld.sources.ledger import read_ledger
from ogpld.sources.reconciliation import COLUMNS
from ogpld.sources.trace import Trace

#: Kinds of faults, with what each means (docs/contract.md#checking-links).
KINDS = {
    "duplicate": "the same link is stated twice",
    "ambiguous-text": "one text or part of a text names several bodies",
    "many-to-one": "one identifier stands on several things",
    "one-to-many": "one thing has several identifiers of one authority",
    "type-clash": "an identifier or key of another class than the thing has",
    "missing-target": "a key that no source describes",
    "malformed": "an identifier that is not written as its authority writes it",
}

_TYPE, _SAME = RDF("type"), SCHEMA("sameAs")
_INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class LinkFault:
    """One fault.

    Attributes:
        kind: one of `KINDS`.
        where: the cells, the first of them the one to look at.
        message: what is wrong.
        hint: what to do next.
    """

    kind: str
    where: tuple[Where, ...]
    message: str
    hint: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fault for JSON."""
        places = [{"file": w.file, "row": w.row, "column": w.column} for w in self.where]
        return {"kind": self.kind, "where": places, "message": self.message, "hint": self.hint}

    def __str__(self) -> str:
        places = "; ".join(str(where) for where in self.where)
        return f"{places}: {self.kind}: {self.message}\n  -> {self.hint}"


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What was read, and its faults in order of kind and place."""

    lines: int
    identifiers: int
    faults: tuple[LinkFault, ...]


@dataclass(frozen=True, slots=True)
class _Identifier:
    """A link of a thing to an identifier, as one authority or its host writes it.

    `address` is the form that is compared: spellings of one identifier have one.
    """

    thing: str
    classes: frozenset[str]
    text: str
    authority: str
    address: str
    where: tuple[Where, ...]
    wanted: frozenset[str] = frozenset()
    sound: bool = True


def check_links(inputs: Inputs, settings: Settings, progress: Progress) -> LinkReport:
    """Read the links of a folder of data and return their faults.

    Raises:
        SourceError: for tables or lines that a build could not read either.
        ModelError: for a broken model.
    """
    model = load_model(inputs.ontology, inputs.shapes)
    iris = Iris(settings.base_iri)
    names = {definition.iri: name for name, definition in model.classes.items()}
    classes: dict[str, set[str]] = defaultdict(set)
    links: dict[tuple[str, str], dict[Where, None]] = defaultdict(dict)
    ledger = read_ledger(inputs.data / "identity.csv")
    for source in open_sources(inputs, model, iris, ledger, progress):
        mapped = source.map()
        trace = mapped.output.trace
        trace.resolvers.append(mapped.lazy_trace)
        for quad in mapped.output.quads:
            subject, value = term_text(quad.subject), quad.object
            if quad.predicate == _TYPE and isinstance(value, NamedNode) and value.value in names:
                classes[subject].add(names[value.value])
            elif quad.predicate == _SAME and isinstance(value, NamedNode):
                places = _places(trace, subject, value, source.source.name)
                links[subject, value.value].update(dict.fromkeys(places))
    identifiers = [
        _identifier(thing, frozenset(classes[thing]), text, tuple(places))
        for (thing, text), places in links.items()
    ]
    lines, faults = _reconciliation_faults(inputs.data / "reconciliation", iris, classes)
    faults += _identifier_faults(identifiers, iris)
    order = {kind: number for number, kind in enumerate(KINDS)}
    faults.sort(key=lambda f: (order[f.kind], [(w.file, w.row or 0) for w in f.where], f.message))
    return LinkReport(lines, len(identifiers), tuple(faults))


def _places(trace: Trace, subject: str, value: NamedNode, source: str) -> Iterator[Where]:
    for cell in trace.find(subject, _SAME.value, str(value)):
        yield Where(f"sources/{source}/{cell.where.file}", cell.where.row, cell.where.column)


def _reconciliation_faults(
    folder: Path, iris: Iris, classes: dict[str, set[str]]
) -> tuple[int, list[LinkFault]]:
    """Return the number of lines of all tables, and what is wrong with them."""
    faults: list[LinkFault] = []
    parts: dict[tuple[str, str, str], dict[str, Where]] = defaultdict(dict)
    stated: dict[tuple[str, str, str], Where] = {}
    count = 0
    for path in sorted(folder.glob("*.csv")):
        for row in read_companion(path, COLUMNS).rows:
            count += 1
            key, text, member = (row.cells.get(c, "") for c in ("institution", "text", "member"))
            where = Where(f"reconciliation/{path.name}", row.number, _INSTITUTION)
            faults += _target_faults(key, where, iris, classes)
            first = stated.setdefault((member, text, key), where)
            if first is not where:
                message = f"{text!r} names {key!r} a second time"
                faults.append(
                    LinkFault("duplicate", (where, first), message, "take one of the lines away")
                )
            parts[member, text, row.cells["part"]].setdefault(key, where)
    for (_member, text, part), bodies in parts.items():
        if len(bodies) > 1:
            what = f"the part {part!r} of {text!r}" if part != text else repr(text)
            message = f"{what} names several bodies: {', '.join(sorted(bodies))}"
            hint = "give each line the part of the text that names its body, or leave one body"
            faults.append(LinkFault("ambiguous-text", tuple(bodies.values()), message, hint))
    return count, faults


def _target_faults(
    key: str, where: Where, iris: Iris, classes: dict[str, set[str]]
) -> Iterator[LinkFault]:
    """Yield what is wrong with the key of a body: nothing, another class, or no such thing."""
    if "Institution" in classes.get(iris.thing(_INSTITUTION, key).value, ()):
        return
    others = sorted(
        name
        for iri, of_thing in classes.items()
        if iris.is_thing(iri) and iri.rpartition("/")[2] == key
        for name in of_thing
    )
    if others:
        message = f"{key!r} is the key of a {others[0]}, not of an Institution"
        yield LinkFault("type-clash", (where,), message, "write the key of the body")
        return
    message = f"no source describes an institution {key!r}"
    hint = "correct the key, or describe the body in a table of institutions first"
    yield LinkFault("missing-target", (where,), message, hint)


def _identifier(
    thing: str, classes: frozenset[str], text: str, where: tuple[Where, ...]
) -> _Identifier:
    """Return a link with its authority; one nobody has described here goes by the host."""
    for authority in AUTHORITIES:
        if start := re.match(authority.start, text):
            local = re.fullmatch(f"({authority.local})/?", text[start.end() :])
            address = f"{authority.space}{local[1]}{authority.end}" if local else text
            return _Identifier(
                thing, classes, text, authority.name, address, where,
                authority.classes, sound=text == address and local is not None,
            )  # fmt: skip
    address = re.sub(r"^https?://(?:www\.)?", "", text).rstrip("/")
    return _Identifier(thing, classes, text, address.partition("/")[0], address, where)


def _identifier_faults(identifiers: list[_Identifier], iris: Iris) -> Iterator[LinkFault]:
    """Yield the faults of links to outside identifiers."""
    of_address: dict[str, list[_Identifier]] = defaultdict(list)
    of_thing: dict[tuple[str, str], list[_Identifier]] = defaultdict(list)
    for link in identifiers:
        of_address[link.address].append(link)
        of_thing[link.thing, link.authority].append(link)
        yield from _single_faults(link, iris)
    for address, links in of_address.items():
        yield from _shared(address, links, iris)
    for (thing, authority), links in of_thing.items():
        yield from _several(_name(thing, iris), authority, links)


def _single_faults(link: _Identifier, iris: Iris) -> Iterator[LinkFault]:
    """Yield what is wrong with a link by itself."""
    name = _name(link.thing, iris)
    if not link.sound:
        message = f"{link.text} of {name} is no identifier as {link.authority} writes it"
        hint = f"write {link.address}" if link.address != link.text else "correct the identifier"
        yield LinkFault("malformed", link.where, message, hint)
    if link.text.startswith(iris.base):
        message = f"{link.text} of {name} is an address of this data, no outside identifier"
        hint = "link things of this data by their keys"
        yield LinkFault("malformed", link.where, message, hint)
    if link.wanted and link.classes and not link.wanted & link.classes:
        message = (
            f"{link.text} ({link.authority}) is for {_either(link.wanted)}, "
            f"but {name} is {_either(link.classes)}"
        )
        hint = "take the identifier away, or move it to the thing it stands for"
        yield LinkFault("type-clash", link.where, message, hint)
    if len(link.where) > 1:
        message = f"{name} has {link.text} more than once"
        hint = "leave it in one of the cells"
        yield LinkFault("duplicate", link.where, message, hint)


def _shared(address: str, links: list[_Identifier], iris: Iris) -> Iterator[LinkFault]:
    """Yield the fault of one identifier on several things: of one class, or of different ones."""
    things = sorted({link.thing for link in links})
    if len(things) == 1:
        return
    groups = {bool(link.classes & PLACES) for link in links if link.classes}
    kind = "type-clash" if len(groups) > 1 else "many-to-one"
    message = f"{address} stands on {', '.join(_name(thing, iris) for thing in things)}"
    if kind == "type-clash":
        message += ", which cannot be the same: a place and no place"
    hint = "leave it on the one thing it stands for; if they are one thing, give them one key"
    yield LinkFault(kind, _all_places(links), message, hint)


def _several(name: str, authority: str, links: list[_Identifier]) -> Iterator[LinkFault]:
    """Yield the fault of one thing with several identifiers of an authority, or one spelt twice."""
    if len(links) == 1:
        return
    addresses = sorted({link.address for link in links})
    if len(addresses) == 1:
        message = f"{name} has {addresses[0]} in several spellings"
        yield LinkFault("duplicate", _all_places(links), message, "leave one of them")
        return
    message = f"{name} has several identifiers of {authority}: {', '.join(addresses)}"
    hint = "leave the one that a page proves"
    yield LinkFault("one-to-many", _all_places(links), message, hint)


def _all_places(links: Iterable[_Identifier]) -> tuple[Where, ...]:
    return tuple(dict.fromkeys(where for link in links for where in link.where))


def _either(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))


def _name(thing: str, iris: Iris) -> str:
    return thing.removeprefix(f"{iris.base}id/")
