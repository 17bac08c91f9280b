"""Names that addresses are made of: a key stands for one name, a published table for one table.

A key made from a name (`slug`) can lose what tells two names apart (`Ministry A`, `Ministry (A)`).
Two things, graphs or files under one address would be taken for one another, so whoever makes an
address of a name registers it here, and the second name stops the build with both places.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ogpld.errors import SourceError, Where
from ogpld.iris import slug

#: What the names of an address are: texts as printed, with what stands between them.
Identity = tuple[str, ...]


@dataclass(slots=True)
class SourceNames:
    """The names behind addresses, with the place each was read first.

    Attributes:
        first: names and place by address.
    """

    first: dict[str, tuple[Identity, Where]] = field(default_factory=dict)

    def take(self, address: str, names: Identity, where: Where) -> None:
        """Register the names an address is made of.

        Raises:
            SourceError: when the address is made of other names elsewhere; both places are named.
        """
        names_before, place = self.first.setdefault(address, (names, where))
        if names_before == names:
            return
        raise SourceError(
            f"{_quoted(names)} and {_quoted(names_before)} ({place}) would share the address {address}",
            where=where,
            hint="if both are the same, write them in the same way; if not, change the name of one, "
            "or fill the column of its code where the table has one",
        )

    def join(self, other: SourceNames) -> None:
        """Take over the names of another source.

        Raises:
            SourceError: as `take`.
        """
        for address, (names, where) in other.first.items():
            self.take(address, names, where)


def key_of_name(name: str, where: Where) -> str:
    """Return the key made from a name.

    Raises:
        SourceError: for a name without anything that can be written in ASCII letters and digits.
    """
    key = slug(name)
    if not key:
        raise no_key(name, where)
    return key


def no_key(name: str, where: Where) -> SourceError:
    """Return the error of a name that no key can be made from."""
    return SourceError(
        f"no address can be made from the name {name!r}: it has no letters or digits",
        where=where,
        hint="write the name in letters, or fill the column of its code where the table has one",
    )


def _quoted(names: Identity) -> str:
    return repr("".join(names))
