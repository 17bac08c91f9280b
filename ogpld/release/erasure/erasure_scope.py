"""What an erasure takes: the statements it names, those that cannot be without, those that repeat its text.

A thing goes with all that is said of it and its parts (`…#territory`), with every statement that points at
it, and with the things that cannot be without it: those whose required link led to it alone. A text goes
wherever it stands in the statements of its own thing. Elsewhere it goes where it is distinctive (two words
and eight characters, or sixteen characters) and no other thing has it as a whole value: then what repeats
it was made from it. What stays is counted, so that nobody takes it for gone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ogpld.letters import is_letter, is_unseen, words_in
from ogpld.rdf import PREFIXES, RDF
from ogpld.release.lookup import thing_of

#: From these many characters on a text is distinctive: of several words, or of one.
_SEVERAL, _ONE = 8, 16
#: Below, a text is looked for as a whole value only.
_SHORT = 3
_TYPE = f"<{RDF('type').value}>".encode()
#: A word, or a piece of one that has signs between its letters: what texts are looked up by.
_PIECE = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf"\'\\]))')
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
#: Ends of literals whose text is a text: no datatype or language, or an address.
#: Terms and codes.
_VOCABULARY = PREFIXES["ogpld"].removesuffix("ns#")
_ADDRESS = f"^^<{PREFIXES['xsd']}anyURI>".encode()


def triple_of(line: bytes) -> bytes:
    """Return subject, property and value of a line of N-Quads, as they stand in it."""
    return line.rsplit(b" ", 2)[0]


def plain(text: str) -> str:
    """Return a text without what does not tell texts apart: case, kinds of blanks, composition."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def literal_text(value: bytes) -> str | None:
    """Return the text of a term of N-Triples that is a literal, None for others."""
    if not value.startswith(b'"'):
        return None
    text = value[1 : value.rindex(b'"')].decode()
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _CHARACTERS.get(match[3], match[3])


def _holds_text(value: bytes) -> bool:
    """Say whether a term is a literal that people read as text, or an address."""
    end = value[value.rindex(b'"') + 1 :] if value.startswith(b'"') else b"^"
    return not end.startswith(b"^") or end == _ADDRESS


def is_distinctive(text: str) -> bool:
    """Say whether a normalised text is so long that what repeats it was made from it."""
    words = len(words_in(text))
    return not text.isdigit() and (
        (words > 1 and len(text) >= _SEVERAL) or (words == 1 and len(text) >= _ONE)
    )


class TextIndex:
    """Texts, and whether other texts hold one of them as whole words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = frozenset(texts)
        self._by_piece: dict[str, list[str]] = {}
        for text in self.texts:
            if piece := _PIECE.search(text):
                self._by_piece.setdefault(piece[0], []).append(text)

    def within(self, text: str) -> bool:
        """Say whether a text, not normalised yet, holds one of the texts."""
        if not self.texts:
            return False
        wanted = plain(text)
        pieces = set(_PIECE.findall(wanted)) & self._by_piece.keys()
        return any(_stands(part, wanted) for piece in pieces for part in self._by_piece[piece])


def _stands(part: str, text: str) -> bool:
    """Say whether a text stands in another as whole words."""
    start = text.find(part)
    while start >= 0:
        if not _is_within_word(text, start) and not _is_within_word(text, start + len(part)):
            return True
        start = text.find(part, start + 1)
    return False


def _is_within_word(text: str, place: int) -> bool:
    """Say whether a place in a text has letters before and after it, apart from what nobody sees."""
    before = next((c for c in reversed(text[:place]) if not is_unseen(c)), " ")
    after = next((c for c in text[place:] if not is_unseen(c)), " ")
    return is_letter(before) and is_letter(after)


@dataclass(frozen=True, slots=True)
class Selection:
    """What somebody wants erased.

    Attributes:
        things: IRIs of things.
        statements: subject, property and value as N-Triples terms; a value of None means any.
        everywhere: whether texts go also where other things have them as a whole value.
    """

    things: tuple[str, ...] = ()
    statements: tuple[tuple[str, str, str | None], ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What is erased.

    Attributes:
        base: base IRI of the home.
        things: IRIs of the things that go whole, with those that cannot be without them.
        required: those of them that were not named.
        triples: subject, property and value of every statement that goes.
        direct: those of these that were named: of the things, or the statements themselves.
        subjects: IRIs of other things that lose statements.
        texts: texts that go wherever they stand.
        local: texts that go in what is said of their own things only.
        shared: statements of other things that say such a text as well, and stay.
    """

    base: str
    things: frozenset[str]
    required: frozenset[str]
    triples: frozenset[bytes]
    direct: frozenset[bytes]
    subjects: frozenset[str]
    texts: TextIndex
    local: TextIndex
    shared: int

    def holds_line(self, line: bytes) -> bool:
        """Say whether a line of N-Quads goes."""
        return triple_of(line) in self.triples

    def concerns(self, iri: str) -> bool:
        """Say whether something is a thing that goes whole, or a part of one."""
        return iri.partition("#")[0] in self.things


@dataclass(slots=True)
class _Statements:
    """All statements of a home, with what is asked of them again and again."""

    triples: Collection[bytes]
    values: dict[tuple[bytes, bytes], set[bytes]] = field(default_factory=dict)
    pointing: dict[bytes, list[tuple[bytes, bytes]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for triple in self.triples:
            subject, predicate, value = triple.split(b" ", 2)
            if value.startswith(b"<"):
                self.values.setdefault((subject, predicate), set()).add(value)
                self.pointing.setdefault(thing_of(value), []).append((subject, predicate))

    def dependents(self, things: set[bytes], required: Mapping[str, Collection[str]]) -> set[bytes]:
        """Return the things that cannot be without others, these among them.

        Args:
            things: the others.
            required: by IRI of a class the properties that its things must have.
        """
        waiting, dependent = list(things), set(things)
        while waiting:
            for subject, predicate in self.pointing.get(waiting.pop(), ()):
                if b"#" in subject or subject in dependent:
                    continue
                classes = self.values.get((subject, _TYPE), ())
                name = predicate[1:-1].decode()
                needed = any(name in required.get(c[1:-1].decode(), ()) for c in classes)
                if needed and self.values[subject, predicate] <= dependent:
                    dependent.add(subject)
                    waiting.append(subject)
        return dependent


def scope_of(
    selection: Selection,
    lines: Iterable[bytes],
    base: str,
    required: Mapping[str, Collection[str]],
) -> Scope:
    """Return what an erasure takes.

    Args:
        selection: what is wanted.
        lines: the lines of N-Quads of all releases and patches, each at least once.
        base: base IRI of the home.
        required: by IRI of a class the properties that link its things to others they must have.
    """
    derived = f"<{base}graph/derived/".encode()
    graphs = {triple_of(line): line.rsplit(b" ", 2)[1].startswith(derived) for line in lines}
    statements = _Statements(graphs)
    named = {f"<{iri}>".encode() for iri in selection.things}
    things = statements.dependents(named, required)
    direct = {t for t in graphs if _is_about(t, things)} | _matching(selection, graphs)
    own = things or {thing_of(t.split(b" ", 1)[0]) for t in direct}
    near = own | {s for thing in own for s, _ in statements.pointing.get(thing, ())}
    about = [t for t in direct if thing_of(t.split(b" ", 1)[0]) in own]
    texts = {plain(text) for triple in about for text in _texts(triple, base)}
    # who points at a thing may print its name beside the link
    others = _others(graphs, texts, near if things else own, base)
    elsewhere = TextIndex(
        t for t in texts if is_distinctive(t) and (selection.everywhere or t not in others)
    )
    local = TextIndex(text for text in texts if len(text) >= _SHORT and not text.isdigit())
    triples, shared = set(direct), 0
    for triple, is_derived in graphs.items():
        subject, _, value = triple.split(b" ", 2)
        text = None if triple in direct else _text(value, base)
        if text is None:
            continue
        repeats = thing_of(subject) in own or (is_derived and subject in near)
        printed = bool(things) and subject in near and plain(text) in local.texts
        if elsewhere.within(text) or printed or (repeats and local.within(text)):
            triples.add(triple)
        elif plain(text) in texts and is_distinctive(plain(text)):
            shared += 1
    subjects = {thing_of(t.split(b" ", 1)[0])[1:-1].decode() for t in triples}
    whole = frozenset(iri[1:-1].decode() for iri in things)
    return Scope(
        base=base,
        things=whole,
        required=whole - set(selection.things),
        triples=frozenset(triples),
        direct=frozenset(direct),
        subjects=frozenset(s for s in subjects if s.startswith(f"{base}id/")) - whole,
        texts=elsewhere,
        local=local,
        shared=shared,
    )


def _is_about(triple: bytes, things: Collection[bytes]) -> bool:
    """Say whether a statement is about one of some things or a part of it, or points at one."""
    subject, _, value = triple.split(b" ", 2)
    if thing_of(subject) in things:
        return True
    return value.startswith(b"<") and thing_of(value) in things


def _matching(selection: Selection, triples: Iterable[bytes]) -> set[bytes]:
    exact, beginnings = set(), []
    for subject, predicate, value in selection.statements:
        if value is None:
            beginnings.append(f"{subject} {predicate} ".encode())
        else:
            exact.add(f"{subject} {predicate} {value}".encode())
    return {t for t in triples if t in exact or t.startswith(tuple(beginnings))}


def _text(value: bytes, base: str) -> str | None:
    """Return what a term says to people: the text of a literal, or an address outside; None for others."""
    if value.startswith(b'"'):
        return literal_text(value)
    iri = value[1:-1].decode()
    ours = iri.startswith((base, _VOCABULARY))
    return None if ours or not iri.startswith(("http:", "https:")) else iri


def _texts(triple: bytes, base: str) -> Iterator[str]:
    """Yield what a statement's value says to people, if that is a text or an address."""
    predicate, value = triple.split(b" ", 2)[1:]
    text = None if predicate == _TYPE else _text(value, base)
    if text is not None and (value.startswith(b"<") or _holds_text(value)):
        yield text


def _others(
    triples: Iterable[bytes], texts: Collection[str], own: Collection[bytes], base: str
) -> set[str]:
    """Return those of some texts that things of others have as a whole value."""
    repeated = set()
    for triple in triples:
        subject, _, value = triple.split(b" ", 2)
        if thing_of(subject) not in own:
            text = plain(_text(value, base) or "")
            if text in texts:
                repeated.add(text)
    return repeated
