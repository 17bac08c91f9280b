"""How the answer to a question is shown: heads of columns, cells, and what it leaves out.

From SPARQL 1.1 Query Results JSON to what `query.html` shows. Things are called by their names, not by
their keys; shares are percentages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ogpld.queries import load
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.http.languages import DEFAULT
from ogpld.web.lists.list_index import ask, labels
from ogpld.web.lists.member_status import Standings, standings
from ogpld.web.pages.links import Description, local_path, outside_host
from ogpld.wording import day, decimal, gettext, has_label, label, language, marked, own_name

Rows = Sequence[Mapping[str, Any]]

#: Heads of columns whose variable is not the word for what is in them.
_HEADS = {
    "id": marked("Official id"),
    "m": marked("Member"),
    "printed": marked("As printed"),
    "name": marked("Name of the body"),
    "ministryName": marked("Name of the ministry"),
    "label": marked("Name"),
    "title": marked("Title"),
    "thing": marked("What is left out"),
    "notKnown": marked("Not known"),
    "basis": marked("What says so"),
    "ended": marked("Plan ended"),
    "reported": marked("Report appeared"),
    "years": marked("Years between"),
    "counted": marked("In this data"),
    "known": marked("Results known"),
    "strong": marked("Strong results"),
    "coded": marked("Lens coded"),
    "withLens": marked("With lens"),
    "midTerm": marked("Completion at mid-term"),
    "endOfTerm": marked("Completion at the end"),
    "change": marked("Change"),
    "doubt": marked("Doubt"),
    "level": marked("Level"),
    "how": marked("How it was read"),
    "row": marked("Row of the source"),
    "read": marked("Read on"),
    "seen": marked("Seen on"),
    "due": marked("Due"),
    "first": marked("First cycle"),
    "last": marked("Last cycle"),
    "government": marked("Completion by the government"),
    "irm": marked("Completion by the IRM"),
    "technologyOnly": marked("Through technology only"),
    "lateLetter": marked("Late letter"),
    "letterYear": marked("Year of the letter"),
    "version": marked("Version for public comment"),
    "final": marked("Final version"),
    "iso3": marked("ISO 3166 code"),
    "eu": marked("EU authority table"),
    "geonames": marked("GeoNames"),
    "wikidata": "Wikidata",
    "affiliation": marked("Affiliation"),
    "area": marked("Policy area"),
    "assessor": marked("Assessor"),
    "country": marked("Country"),
    "criterion": marked("Criterion"),
    "earlier": marked("Earlier"),
    "earlierLead": marked("Earlier lead"),
    "earlyResults": marked("Early results"),
    "goal": marked("Goal"),
    "later": marked("Later"),
    "laterLead": marked("Later lead"),
    "law": marked("Law"),
    "ministry": marked("Ministry"),
    "organisation": marked("Organisation"),
    "overall": marked("Overall"),
    "promising": marked("Promising"),
    "share": marked("Share"),
    "value": marked("Value"),
}
_SHARE = "share"
#: Columns that have the name of what the column before links to.
_NAMES = ("name", "ministryName", "label")
#: Columns of things with a title; where it has a column of its own, that is the link, and this the key.
_BY_KEY = ("commitment", "milestone", "thing")
_TITLES = ("title", "label")
#: Columns that may stand between the two.
_BETWEEN = ("id", "number")
_KEY = marked("Key")
#: The column of what a question leaves something out for, in words of ours.
_REASON = "notKnown"
#: What answers say in words of their own, as the files of questions have it.
ANSWERS = (marked("IRM says no"), marked("none listed"))
#: Columns that have the name of a member.
_MEMBERS = ("member", "country")
_PLACES, _PLACE_OF_SHARES = Decimal("0.001"), Decimal("0.1")
_DATES = {"date", "dateTime", "gYearMonth"}


def heading(name: str, names: Sequence[str] = ()) -> str:
    """Return the head of a column: `endOfTerm` is `Completion at the end`, others their own words.

    Args:
        name: of the variable.
        names: all columns, which tell whether this one has keys.
    """
    if name in _titled(names).values():
        return gettext(_KEY)
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name)
    return gettext(_HEADS.get(name) or words[:1].upper() + words[1:])


def number(text: str, *, share: bool = False) -> str:
    """Return a decimal number to three places, a share as a percentage, as the language writes them."""
    value = Decimal(text)
    if share:
        return f"{decimal((value * 100).quantize(_PLACE_OF_SHARES))} %"
    return decimal(value.quantize(_PLACES))


def columns(names: Sequence[str], rows: Rows) -> list[str]:
    """Return the columns that a page shows: without those that repeat the link beside them.

    Titles come before keys. An id is often the key; the name of a thing is the text of its link.
    """
    repeats = "id" in names and "commitment" in names
    same = repeats and all(
        row["commitment"]["value"].rpartition("/")[2] == row["id"]["value"]
        for row in rows
        if "id" in row and "commitment" in row
    )
    linked = {name for row in rows for name, value in row.items() if value["type"] == "uri"}
    named = {
        name
        for before, name in pairwise(names)
        if name in _NAMES and before in linked and before not in _BY_KEY
    }
    left = [name for name in names if name not in named and not (same and name == "id")]
    for title, key in _titled(left).items():
        left.remove(title)
        left.insert(left.index(key), title)
    return left


def _titled(names: Sequence[str]) -> dict[str, str]:
    """Return the columns of things that have their titles in another column, by that: in either order."""
    pairs: dict[str, str] = {}
    for key in (name for name in names if name in _BY_KEY):
        at = names.index(key)
        behind = next((name for name in names[at + 1 :] if name not in _BETWEEN), "")
        before = names[at - 1] if at else ""
        title = next((n for n in (behind, before) if n in _TITLES and n not in pairs), "")
        if title:
            pairs[title] = key
    return pairs


def cells(names: Sequence[str], rows: Rows, serving: OpenRelease) -> list[list[dict[str, str]]]:
    """Return rows of cells: text, address, language, and the standing of a member that has left."""
    addresses = {value["value"] for row in rows for value in row.values() if value["type"] == "uri"}
    named = labels(serving, sorted(i for i in addresses if local_path(i, serving.iris) is not None))
    about = Description((), "", serving.model, serving.iris)
    standing = standings(serving)
    members = serving.cached("english-members", lambda: _english_members(serving))
    keys = _titled(names)
    return [
        [
            _title(
                _cell(name, row, named, about, standing, members), row.get(keys[name]), named, about
            )
            if name in keys
            else _cell(name, row, named, about, standing, members, is_key=name in keys.values())
            for name in names
        ]
        for row in rows
    ]


def _english_members(serving: OpenRelease) -> dict[str, str]:
    """Return the IRIs of members by their names in English."""
    return {name: member for member, name in ask(serving, load("english-members"))}


def _own_words(column: str, text: str, members: Mapping[str, str]) -> str:
    """Return what a member or code is called in the language of the page, "" for other texts in English."""
    if column in _MEMBERS:
        return (own_name(members.get(text, "")) or ("",))[0]
    is_name = column in {*_TITLES, *_NAMES}
    return label(text) if not is_name and has_label(text) else ""


def _title(
    cell: dict[str, str],
    thing: Mapping[str, Any] | None,
    named: Mapping[str, tuple[str, str]],
    about: Description,
) -> dict[str, str]:
    """Return the title of a thing as the link to it; where the answer has none, its name."""
    path = local_path(thing["value"], about.iris) if thing else None
    if thing is None or path is None:
        return cell
    if not cell["text"]:
        name, tag = named.get(thing["value"], (about.label(thing["value"]), ""))
        cell = {**cell, "text": name, "language": tag}
    return {**cell, "href": path}


def _cell(
    name: str,
    row: Mapping[str, Any],
    named: Mapping[str, tuple[str, str]],
    about: Description,
    standing: Standings,
    members: Mapping[str, str],
    *,
    is_key: bool = False,
) -> dict[str, str]:
    value = row.get(name)
    if value is None:
        return {"text": ""}
    text = value["value"]
    if value["type"] != "uri":
        kind = value.get("datatype", "").rpartition("#")[2]
        if kind == "boolean":
            text = gettext("yes") if text == "true" else gettext("no")
        elif kind in _DATES:
            return {"text": day(text), "date": text}
        elif kind in {"decimal", "double"}:
            text = number(text, share=name == _SHARE)
        left = standing.of_name(text) if name in _MEMBERS else ""
        tag = DEFAULT if name == _REASON else value.get("xml:lang", "")
        if tag == DEFAULT and (own := _own_words(name, text, members)):
            text, tag = own, language()
        return {"text": text, "language": tag, "standing": left}
    path = local_path(text, about.iris)
    if path is None:
        display_text = about.label(text) if name == "property" else text
        return {"text": display_text, "href": text if outside_host(text) else ""}
    name_shown, tag = named.get(text, (about.label(text), ""))
    if is_key:
        return {"text": text.rpartition("/")[2], "is_key": "true"}
    left = standing.of(text)
    return {"text": name_shown, "href": path, "language": tag, "standing": left}
