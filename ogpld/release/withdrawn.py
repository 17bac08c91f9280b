"""Things that earlier releases had and later ones have not: what they were, and where they went.

Read from the patches of a release and those it was made from, which are kept for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ogpld.errors import ReleaseError
from ogpld.rdf import DCTERMS, RDF, RDFS, Literal, parse_quads, term_text
from ogpld.release.patch import read_patch
from ogpld.release.shelf import Release, Shelf

_TYPE = f" {RDF('type')} ".encode()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A thing that was withdrawn.

    Attributes:
        label: what it was called, "" where nobody said.
        classes: IRIs of what it was.
        replaced_by: IRIs of what it was replaced by.
        last: id of the last release that had it.
        gone: id of the release that has it no more.
    """

    label: str
    classes: tuple[str, ...]
    replaced_by: tuple[str, ...]
    last: str
    gone: str


def withdrawn_things(shelf: Shelf, current: Release) -> Mapping[str, Release]:
    """Return, by the IRI of things a class was taken from, the newest release that did so.

    Some of them are still there in another class or source, so ask the release first.
    """
    known = {release.id: release for release in shelf.releases()}
    found: dict[str, Release] = {}
    beginning = f"D <{current.manifest.base_iri}id/".encode()
    release: Release | None = current
    while release is not None and release.manifest.previous:
        try:
            with (release.path / "changes.rdfp").open("rb") as file:
                for line in file:
                    if line.startswith(beginning) and _TYPE in line and b"#" not in _subject(line):
                        found.setdefault(_subject(line).decode(), release)
        except OSError:  # a page about something else need not fail for it
            break
        release = known.get(release.manifest.previous)
    return found


def _subject(line: bytes) -> bytes:
    return line[3 : line.index(b"> ")]


def what_it_was(thing: str, gone: Release) -> Withdrawn:
    """Return what a thing was before a release withdrew it.

    Raises:
        ReleaseError: when the release's patch is damaged.
    """
    if not gone.manifest.previous:
        raise ReleaseError(f"{gone.id} is the first release and withdrew nothing")
    subject = f"<{thing}> ".encode()
    lines = [
        line for line in read_patch(gone.path / "changes.rdfp").gone if line.startswith(subject)
    ]
    quads = list(parse_quads(b"".join(lines), "nq"))

    def values(predicate: str) -> tuple[str, ...]:
        return tuple(sorted({term_text(q.object) for q in quads if q.predicate.value == predicate}))

    labels = [q.object for q in quads if q.predicate == RDFS("label")]
    english = [v.value for v in labels if isinstance(v, Literal) and v.language == "en"]
    return Withdrawn(
        next(iter([*english, *map(term_text, labels)]), ""),
        values(RDF("type").value),
        values(DCTERMS("isReplacedBy").value),
        gone.manifest.previous,
        gone.id,
    )
