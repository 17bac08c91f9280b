"""What changed between two releases: the statements, and the things they are about.

The statements come from the patches that every release keeps, also when its data was pruned: from the one
release back to the last they have in common, and on to the other. Things are told apart by what the
releases themselves say, block by block, so that a thing that only lost a source is not called deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from ogpld.errors import ReleaseError
from ogpld.rdf import DCTERMS, RDF, RDFS, Literal, NamedNode, Quad, parse_quads, term_text
from ogpld.release.log import names_row
from ogpld.release.patch import Difference, read_patch, step
from ogpld.release.release_store import Release, ReleaseStore

_CREATE, _UPDATE, _DELETE = "Create", "Update", "Delete"


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """The values of a property that only one of two releases has; sorted as N-Quads terms."""

    subject: str
    predicate: str
    old: tuple[NamedNode | Literal, ...]
    new: tuple[NamedNode | Literal, ...]


@dataclass(frozen=True, slots=True)
class ThingChange:
    """What changed about a thing and its parts.

    Attributes:
        thing: its IRI.
        kind: Create, Update or Delete, the words of ActivityStreams.
        label: what it is called in the new release, else in the old one; "" where nobody knows.
        replaced_by: IRIs of what it was replaced by, as either release says.
        properties: by subject and property.
    """

    thing: str
    kind: str
    label: str
    replaced_by: tuple[str, ...]
    properties: tuple[PropertyChange, ...]


def between(release_store: ReleaseStore, old: Release, new: Release) -> Difference:
    """Return the statements that turn one release into another, whichever came first.

    Raises:
        ReleaseError: when a patch on the way is damaged or the releases have nothing in common.
    """
    known = {release.id: release for release in release_store.releases()}
    back, forth = _line(old, known), _line(new, known)
    shared = next((r.id for r in back if r.id in {f.id for f in forth}), None)
    if shared is None:
        if old.pruned or new.pruned:
            raise ReleaseError(f"{old.id} and {new.id} have no release in common")
        return Difference.between(old.lines(), new.lines())
    added: set[bytes] = set()
    gone: set[bytes] = set()
    for release in _until(back, shared):
        patch = read_patch(release.path / "changes.rdfp")
        step(added, gone, more=patch.gone, less=patch.added)
    for release in reversed(_until(forth, shared)):
        patch = read_patch(release.path / "changes.rdfp")
        step(added, gone, more=patch.added, less=patch.gone)
    return Difference(tuple(sorted(added)), tuple(sorted(gone)))


def _line(release: Release, known: dict[str, Release]) -> list[Release]:
    """Return a release and those it was made from, newest first."""
    found = [release]
    while (previous := found[-1].manifest.previous) in known and previous is not None:
        found.append(known[previous])
    return found


def _until(line: list[Release], shared: str) -> list[Release]:
    return line[: [release.id for release in line].index(shared)]


def things(difference: Difference, old: Release, new: Release) -> list[ThingChange]:
    """Return the changes of things, by IRI; what is said of the data set itself is left out."""
    base = f"{new.manifest.base_iri}id/"
    statements: list[tuple[str, bool, Quad]] = []
    for lines, is_new in ((difference.gone, False), (difference.added, True)):
        for quad in parse_quads(b"".join(lines), "nq"):
            subject = term_text(quad.subject)
            if subject.startswith(base) and not names_row(quad, new.manifest.base_iri):
                statements.append((subject.split("#", 1)[0], is_new, quad))
    statements.sort(key=lambda entry: (entry[0], str(entry[2])))
    names = sorted({thing for thing, _, _ in statements})
    before, after = _described(old, names), _described(new, names)
    found = []
    for thing, group in groupby(statements, key=lambda entry: entry[0]):
        entries = list(group)
        was, now = before[thing], after[thing]
        kind = _kind(was, now, {end for _, end, quad in entries if _tells_class(quad, thing)})
        said = [*(now or ()), *(was or ()), *(q for _, _, q in entries)]
        found.append(
            ThingChange(thing, kind, _label(said, thing), _replaced(said, thing), _pairs(entries))
        )
    return found


def _kind(was: list[Quad] | None, now: list[Quad] | None, typed: set[bool]) -> str:
    """Return what happened to a thing; where a release is pruned, its class tells.

    Args:
        was: what the old release says of it, None where nobody knows.
        now: the same of the new one.
        typed: whether its class came (True) or went (False).
    """
    if was is None or now is None:
        return _UPDATE if len(typed) != 1 else _CREATE if True in typed else _DELETE
    if was and now:
        return _UPDATE
    return _CREATE if now else _DELETE


def _tells_class(quad: Quad, thing: str) -> bool:
    return quad.predicate == RDF("type") and term_text(quad.subject) == thing


def _described(release: Release, names: list[str]) -> dict[str, list[Quad] | None]:
    """Return what a release says of things; None where its data was pruned."""
    if release.pruned:
        return dict.fromkeys(names)
    found: dict[str, list[Quad] | None] = {name: [] for name in names}
    lines = release.about({f"<{name}>".encode() for name in names})
    for quad in parse_quads(b"".join(lines), "nq"):
        known = found[term_text(quad.subject)]
        if known is not None:
            known.append(quad)
    return found


def _label(quads: Iterable[Quad], thing: str) -> str:
    labels = [
        quad.object
        for quad in quads
        if quad.predicate == RDFS("label")
        and term_text(quad.subject) == thing
        and isinstance(quad.object, Literal)
    ]
    english = [label.value for label in labels if label.language == "en"]
    return next(iter(english or [label.value for label in labels]), "")


def _replaced(quads: Iterable[Quad], thing: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                term_text(quad.object)
                for quad in quads
                if quad.predicate == DCTERMS("isReplacedBy") and term_text(quad.subject) == thing
            }
        )
    )


def _pairs(entries: list[tuple[str, bool, Quad]]) -> tuple[PropertyChange, ...]:
    """Return old and new values by subject and property; graphs that only took over tell nothing."""
    values: dict[tuple[str, str], tuple[set[NamedNode | Literal], set[NamedNode | Literal]]] = {}
    for _, is_new, quad in entries:
        key = term_text(quad.subject), quad.predicate.value
        pair = values.setdefault(key, (set(), set()))
        if isinstance(quad.object, NamedNode | Literal):
            pair[is_new].add(quad.object)
    return tuple(
        PropertyChange(*key, *(tuple(sorted(end, key=str)) for end in (gone - came, came - gone)))
        for key, (gone, came) in sorted(values.items())
        if gone != came
    )
