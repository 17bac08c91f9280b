"""Which members have left or are suspended: the mark beside their names, on every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ogpld.queries import load
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import ask
from ogpld.wording import day, label
from ogpld.wording import gettext as _


@dataclass(frozen=True, slots=True)
class Standings:
    """Marks such as `removed April 2026` of members whose latest membership event is no joining.

    Attributes:
        by_iri: the mark by the IRI of the member.
        by_name: the mark by each of its names.
    """

    by_iri: Mapping[str, str]
    by_name: Mapping[str, str]

    def of(self, iri: str) -> str:
        """Return the mark of a thing, "" for everything but such members."""
        return self.by_iri.get(iri, "")

    def of_name(self, name: str) -> str:
        """Return the mark of the member of that name."""
        return self.by_name.get(name, "")


def standings(serving: OpenRelease) -> Standings:
    """Return the standings of a release, in the language of the page."""

    def read() -> list[tuple[str, str, str, str, str]]:
        codes = {c.iri: c.label for scheme in serving.model.schemes.values() for c in scheme.codes}
        return [
            (member, name, status, date, codes.get(status, status.rpartition("/")[2]))
            for member, name, status, date in ask(serving, load("standings"))
        ]

    by_iri, by_name = {}, {}
    for member, name, status, date, status_name in serving.cached("standings", read):
        word = label(status_name, status)
        mark = _("%(status)s %(date)s", status=word.lower(), date=day(date))
        by_iri[member] = by_name[name] = mark
    return Standings(by_iri, by_name)
