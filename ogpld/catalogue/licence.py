"""What is known of the licences data is commonly published under: their name, kind and EU entry."""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.catalogue.authority import authorities, authority


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence.

    Attributes:
        page: its own address, as schema.org and `Link: rel=license` name it.
        uri: what DCAT-AP names it by: its entry in the EU's list, or its page.
        title: its name, "" where it is not known.
        short: its name in CKAN's list of licences, which finds it by that.
        kind: URI of its kind in ADMS's list, "" where it is not known.
    """

    page: str
    uri: str
    title: str = ""
    short: str = ""
    kind: str = ""


_CC = "creativecommons.org/"
_LICENCES = {
    f"{_CC}licenses/by/4.0": ("CC_BY_4_0", "Attribution", "Creative Commons Attribution"),
    f"{_CC}licenses/by-sa/4.0": (
        "CC_BYSA_4_0",
        "ViralEffect-ShareAlike",
        "Creative Commons Attribution Share-Alike",
    ),
    f"{_CC}publicdomain/zero/1.0": ("CC0", "PublicDomain", "Creative Commons CCZero"),
}


def licence_of(page: str) -> Licence:
    """Return what is known of the licence at an address."""
    entry = _LICENCES.get(page.partition("://")[2].removeprefix("www.").rstrip("/"))
    if entry is None:
        return Licence(page, page)
    code, kind, short = entry
    uri = authority("licence", code)
    return Licence(page, uri, authorities()[uri].label, short, authority("licence-type", kind))
