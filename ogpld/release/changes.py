"""What one release did to things: created, updated or deleted, and on request the values that changed.

There is one model of change. The change log (`log.py`) stores it without properties; `ogpld diff` and
`/release/{a}..{b}` ask for them (`change_formats.py` writes them). Things are those with pages; what changed
about a part (`…#territory`) changed about its thing. A thing whose statements only moved to other named
graphs, or whose row in a source table has another number, did not change. Another base IRI deletes each
old IRI, replaced by that of the same class and key, and creates the new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter

from ogpld.language_tags import nearest_label
from ogpld.rdf import DCTERMS, PROV, RDFS, Literal, NamedNode, Quad, parse_quads, term_text
from ogpld.release.blocks import subject_of
from ogpld.release.difference import lines_about_subjects
from ogpld.release.lookup import thing_of
from ogpld.release.patch import Difference
from ogpld.release.release_store import Release, ReleaseStore

#: The words of ActivityStreams 2.0 for what can happen to a thing.
CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
_LABEL, _REPLACED, _FROM = RDFS("label"), DCTERMS("isReplacedBy"), PROV("wasDerivedFrom")

#: Statements by subject, both as they stand in lines of N-Quads, without graph.
_Triples = Mapping[bytes, set[bytes]]


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """The values of a property that only one of two releases has; sorted as N-Quads terms."""

    subject: str
    predicate: str
    old: tuple[NamedNode | Literal, ...]
    new: tuple[NamedNode | Literal, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a release did to a thing.

    Attributes:
        thing: its IRI.
        kind: Create, Update or Delete.
        label: its label in the release, else in the one before; "" where neither has one.
        language: the tag of the label; "" without one, and in logs of earlier versions.
        replaced_by: IRIs of what it was replaced by, as either release says.
        properties: by subject and property; empty where they were not asked for.
    """

    thing: str
    kind: str
    label: str = ""
    language: str = ""
    replaced_by: tuple[str, ...] = ()
    properties: tuple[PropertyChange, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return thing, kind, label with its language and replacements, as in the log and in differences."""
        content: dict[str, object] = {"thing": self.thing, "change": self.kind}
        if self.label:
            content["label"] = self.label
        if self.label and self.language:
            content["language"] = self.language
        if self.replaced_by:
            content["replacedBy"] = list(self.replaced_by)
        return content


def changes_of(
    difference: Difference,
    base: str,
    lines_after: Callable[[set[bytes]], Iterable[bytes]],
    *,
    old_base: str,
    properties: bool = False,
) -> list[Change]:
    """Return what a difference did to things, by IRI.

    Under another base IRI each old IRI is deleted, replaced by that of the same class and key where there
    is one, and each new one created.

    Args:
        difference: what turns the release before into the new one.
        base: the base IRI of the new release.
        lines_after: returns the lines of the new release about some subjects, as they stand in lines.
        old_base: the base IRI of the release before, "" where there is none.
        properties: whether old and new values are wanted.
    """
    old_base = old_base or base
    beginning, old_beginning = (f"<{each}id/".encode() for each in (base, old_base))
    added = {line for line in difference.added if line.startswith(beginning)}
    gone = {line for line in difference.gone if line.startswith(old_beginning)}
    subjects = {subject_of(line) for line in (*added, *gone)}
    subjects |= {thing_of(subject) for subject in subjects}
    now = set(lines_after(subjects))
    before = now - added | gone
    row = (row_mark(base), row_mark(old_base))
    if not before and not properties:  # a first release: all that is described is new
        created = {subject_of(line) for line in now if not _has(line, row)}
        things = created.intersection(map(thing_of, created))
        return _with_labels(dict.fromkeys(things, CREATE), now, before, {})
    after, earlier = (
        _triples(line for line in lines if not _has(line, row)) for lines in (now, before)
    )
    changed = {subject for subject in subjects if after.get(subject) != earlier.get(subject)}
    kinds = {
        thing: CREATE if thing not in earlier else UPDATE if thing in after else DELETE
        for thing in map(thing_of, changed)
        if thing in after or thing in earlier
    }
    values = _property_changes(changed, earlier, after) if properties else {}
    changes = _with_labels(kinds, now, before, values)
    if old_base == base:
        return changes
    moves = {
        change.thing: moved
        for change in changes
        if change.kind == DELETE
        and kinds.get(f"<{(moved := moved_iri(change.thing, old_base, base))}>".encode()) == CREATE
    }
    return [
        replace(change, replaced_by=(moves[change.thing],)) if change.thing in moves else change
        for change in changes
    ]


def moved_iri(thing: str, old_base: str, base: str) -> str:
    """Return the IRI that a thing of one base has under another: the same class and key."""
    return f"{base}{thing.removeprefix(old_base)}" if thing.startswith(old_base) else thing


def _with_labels(
    kinds: Mapping[bytes, str],
    now: set[bytes],
    before: set[bytes],
    values: Mapping[str, list[PropertyChange]],
) -> list[Change]:
    """Return changes by IRI, with what things are called and were replaced by."""
    labels, replaced = _labels_and_replacements(kinds.keys(), now, before)
    changes = []
    for thing, kind in kinds.items():
        iri = thing[1:-1].decode()
        replacements = tuple(sorted(replaced.get(iri, ())))
        pairs = tuple(values.get(iri, ()))
        changes.append(Change(iri, kind, *labels.get(iri, ("", "")), replacements, pairs))
    return sorted(changes, key=attrgetter("thing"))


def changes_with_properties(
    release_store: ReleaseStore, difference: Difference, old: Release, new: Release
) -> list[Change]:
    """Return what a difference did to things, with old and new values; the new release may be pruned.

    Raises:
        ReleaseError: when data or patches on the way are damaged, or no release has its data.
    """
    lines_after = partial(lines_about_subjects, release_store, new)
    return changes_of(
        difference,
        new.manifest.base_iri,
        lines_after,
        old_base=old.manifest.base_iri,
        properties=True,
    )


def _triples(lines: Iterable[bytes]) -> _Triples:
    """Return the statements of lines, without graphs, by subject."""
    triples: dict[bytes, set[bytes]] = {}
    for line in lines:
        triples.setdefault(subject_of(line), set()).add(line[: line.rindex(b" <")])
    return triples


def _labels_and_replacements(
    things: Collection[bytes], now: set[bytes], before: set[bytes]
) -> tuple[dict[str, tuple[str, str]], dict[str, set[str]]]:
    """Return labels with languages, old ones only where there is no new one, and what replaced things."""
    labels: dict[str, Literal] = {}
    replaced: dict[str, set[str]] = {}
    marks = f" {_LABEL} ".encode(), f" {_REPLACED} ".encode()
    for lines in (now, before - now):
        names: dict[str, list[Literal]] = {}
        relevant = [line for line in lines if _has(line, marks) and subject_of(line) in things]
        for quad in parse_quads(b"".join(relevant), "nq"):
            thing, value = term_text(quad.subject), quad.object
            if quad.predicate == _REPLACED:
                replaced.setdefault(thing, set()).add(term_text(value))
            elif isinstance(value, Literal):
                names.setdefault(thing, []).append(value)
        for thing in names.keys() - labels.keys():
            labels[thing] = nearest_label(names[thing])
    return {t: (label.value, label.language or "") for t, label in labels.items()}, replaced


def _property_changes(
    subjects: Iterable[bytes], earlier: _Triples, after: _Triples
) -> Mapping[str, list[PropertyChange]]:
    """Return old and new values of the subjects that changed, by the IRI of their thing."""
    values: dict[tuple[str, str], tuple[set[NamedNode | Literal], set[NamedNode | Literal]]] = {}
    ordered, none = sorted(subjects), frozenset[bytes]()
    for is_new, (side, other) in enumerate(((earlier, after), (after, earlier))):
        triples = (t for s in ordered for t in side.get(s, none) - other.get(s, none))
        for quad in parse_quads(b"".join(triple + b" .\n" for triple in triples), "nq"):
            key = term_text(quad.subject), quad.predicate.value
            if isinstance(quad.object, NamedNode | Literal):
                values.setdefault(key, (set(), set()))[is_new].add(quad.object)
    changes: dict[str, list[PropertyChange]] = {}
    for (subject, predicate), sides in sorted(values.items()):
        old, new = (tuple(sorted(side, key=str)) for side in sides)
        thing = subject.partition("#")[0]
        changes.setdefault(thing, []).append(PropertyChange(subject, predicate, old, new))
    return changes


def _has(line: bytes, beginnings: tuple[bytes, ...]) -> bool:
    """Say whether what follows the subject begins in one of some ways."""
    return line.startswith(beginnings, line.index(b" "))


def row_mark(base: str) -> bytes:
    """Return what stands in a line of N-Quads after the subject when the line names a row."""
    return f" {_FROM} <{base}source/".encode()


def names_row(quad: Quad, base: str) -> bool:
    """Say whether a statement names the row a thing was read from."""
    return quad.predicate == _FROM and term_text(quad.object).startswith(f"{base}source/")
