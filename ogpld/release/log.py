"""The change log: what a release did to which thing, written when it is published and kept for ever.

A release's part of the log says how it differs from the release with the number before, whatever it was made
from: whoever follows the numbers has the data of the last one exactly, also across a rollback. Things are
those with pages; what changed about a part (`…#territory`) changed about its thing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from ogpld.errors import ReleaseError
from ogpld.rdf import DCTERMS, PROV, RDFS, Literal, Quad, parse_quads, term_text
from ogpld.release.blocks import subject_of
from ogpld.release.lookup import thing_of
from ogpld.release.patch import Difference
from ogpld.release.release_store import LOG, Release

CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
_LABEL, _REPLACED = RDFS("label"), DCTERMS("isReplacedBy")
_DAMAGED = f"{LOG} is damaged"


@dataclass(frozen=True, slots=True)
class Change:
    """What a release did to a thing.

    Attributes:
        thing: its IRI.
        kind: Create, Update or Delete, the words of ActivityStreams.
        label: what it is called in the release, else in the one before; "" where nobody says.
        replaced_by: IRIs of what it was replaced by, as either release says.
    """

    thing: str
    kind: str
    label: str = ""
    replaced_by: tuple[str, ...] = ()


def changes_of(difference: Difference, new: Release, *, first: bool = False) -> list[Change]:
    """Return what a difference did to things, by IRI; one that only changed its graphs or row did not change.

    Args:
        difference: what turns the release before into the new one.
        new: the new release.
        first: whether there was none before, so that nothing needs to be looked up.
    """
    beginning = f"<{new.manifest.base_iri}id/".encode()
    added = {line for line in difference.added if line.startswith(beginning)}
    gone = {line for line in difference.gone if line.startswith(beginning)}
    subjects = {subject_of(line) for line in (*added, *gone)}
    subjects |= {thing_of(subject) for subject in subjects}
    now = added if first else set(new.about(subjects))
    before = now - added | gone
    row = (row_mark(new.manifest.base_iri),)
    after, earlier = (
        _triples(line for line in lines if not _has(line, row)) for lines in (now, before)
    )
    changed = {thing_of(s) for s in subjects if after.get(s) != earlier.get(s)}
    kinds = {
        thing: CREATE if thing not in earlier else UPDATE if thing in after else DELETE
        for thing in changed
        if thing in after or thing in earlier
    }
    labels, replaced = _told(kinds.keys(), now, before)
    found = []
    for thing, kind in kinds.items():
        iri = thing[1:-1].decode()
        found.append(Change(iri, kind, labels.get(iri, ""), tuple(sorted(replaced.get(iri, ())))))
    return sorted(found, key=attrgetter("thing"))


def _triples(lines: Iterable[bytes]) -> dict[bytes, set[bytes]]:
    """Return what lines say, graphs aside, by subject."""
    found: dict[bytes, set[bytes]] = {}
    for line in lines:
        found.setdefault(subject_of(line), set()).add(line[: line.rindex(b" <")])
    return found


def _told(
    things: Collection[bytes], now: set[bytes], before: set[bytes]
) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Return labels, the new and the English ones first, and what things were replaced by."""
    labels: dict[str, tuple[tuple[bool, bool, str], str]] = {}
    replaced: dict[str, set[str]] = {}
    marks = f" {_LABEL} ".encode(), f" {_REPLACED} ".encode()
    for old, lines in ((False, now), (True, before - now)):
        told = [line for line in lines if subject_of(line) in things and _has(line, marks)]
        for quad in parse_quads(b"".join(told), "nq"):
            thing, value = term_text(quad.subject), quad.object
            if quad.predicate == _REPLACED:
                replaced.setdefault(thing, set()).add(term_text(value))
            elif isinstance(value, Literal):
                label = ((old, value.language != "en", value.language or ""), value.value)
                labels[thing] = min(label, labels.get(thing, label))
    return {thing: label for thing, (_, label) in labels.items()}, replaced


def _has(line: bytes, beginnings: tuple[bytes, ...]) -> bool:
    """Say whether what follows the subject begins in one of some ways."""
    return line[line.index(b" ") :].startswith(beginnings)


def write_log(changes: Sequence[Change], release: str, before: str | None) -> bytes:
    """Return a release's part of the log: a line that says how many there are, then a change a line."""
    head = {"release": release, "before": before, "changes": len(changes)}
    lines = [head, *({"thing": c.thing, "change": c.kind, **_more(c)} for c in changes)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _more(change: Change) -> dict[str, object]:
    more: dict[str, object] = {"label": change.label} if change.label else {}
    return more | ({"replacedBy": list(change.replaced_by)} if change.replaced_by else {})


def read_log(release: Release) -> list[Change]:
    """Return a release's part of the log.

    Raises:
        ReleaseError: when it is missing, cut or damaged.
    """
    try:
        head, *lines = (release.path / LOG).read_bytes().splitlines()
        told = json.loads(head)
        changes = [_read(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(f"{release.id}: {_DAMAGED}: {error}") from error
    if told.get("release") != release.id or told.get("changes") != len(changes):
        raise ReleaseError(f"{release.id}: {_DAMAGED}: it does not hold what it says")
    return changes


def _read(told: dict[str, object]) -> Change:
    replaced = told.get("replacedBy") or ()
    if told["change"] not in {CREATE, UPDATE, DELETE} or not isinstance(replaced, list | tuple):
        raise ValueError(f"there is no change {told['change']!r}")
    return Change(
        str(told["thing"]),
        str(told["change"]),
        str(told.get("label", "")),
        tuple(str(iri) for iri in replaced),
    )


_FROM = PROV("wasDerivedFrom")


def row_mark(base: str) -> bytes:
    """Return what stands in a line of N-Quads after the subject when the line names a row."""
    return f" {_FROM} <{base}source/".encode()


def names_row(quad: Quad, base: str) -> bool:
    """Say whether a statement names the row a thing was read from."""
    return quad.predicate == _FROM and term_text(quad.object).startswith(f"{base}source/")
