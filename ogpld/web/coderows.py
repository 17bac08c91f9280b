"""What the pages of the code lists show: lists, their codes, their versions, what carries a code."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.web.tables import Value
from ogpld.web.words import Reference


@dataclass(frozen=True, slots=True)
class UseRow:
    """How many things of a class carry a code in one way, and the query that lists them."""

    property: Reference
    kind: str
    number: int
    computed: bool
    query: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code, `depth` levels below the top of its list.

    Attributes:
        cycles: in which it was seen, "" where nobody says.
        phase: the only one it is used in.
        versions: dated lists it belongs to.
        held: how many things carry it because a source says so.
        deprecated: whether it is out of use; `replaced_by` is what to use instead.
    """

    iri: str
    href: str
    notation: str
    label: str
    definition: str
    notes: tuple[str, ...]
    alternatives: tuple[str, ...]
    rank: str
    cycles: str
    phase: Reference | None
    versions: tuple[Reference, ...]
    deprecated: bool
    replaced_by: tuple[Reference, ...]
    held: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A dated version of a list."""

    link: Reference
    definition: str
    number: str
    issued: str
    codes: int


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the overview; `held` is None where no property takes codes of the list."""

    link: Reference
    definition: str
    scale_of: tuple[Reference, ...]
    codes: int
    held: int | None


@dataclass(frozen=True, slots=True)
class ListGroup:
    """Code lists of one kind."""

    anchor: str
    title: str
    lists: tuple[ListRow, ...]


@dataclass(frozen=True, slots=True)
class CodeList:
    """Everything codelist.html shows, codes in the order of their hierarchy.

    Attributes:
        closed: whether the list is complete by nature.
        version: its own number, "" for none; `issued` is when it appeared.
        version_of: the list over all versions.
        used_by: properties that take its codes, with the class and the rule.
        scale_of: indicators that take their values from it.
    """

    iri: str
    notation: str
    label: str
    definition: str
    closed: bool
    cycles: str
    version: str
    issued: str
    version_of: Reference | None
    versions: tuple[VersionRow, ...]
    used_by: tuple[tuple[Reference, Reference], ...]
    scale_of: tuple[Reference, ...]
    sources: tuple[Value, ...]
    codes: tuple[CodeRow, ...]

    @property
    def distinct(self) -> tuple[CodeRow, ...]:
        """Every code once, wherever it stands first."""
        return tuple({code.iri: code for code in reversed(self.codes)}.values())[::-1]
