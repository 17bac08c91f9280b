"""Names of the countries of the world: one that is no member's name is not a member's name with a slip.

`country-names.csv` has every name, common name and official name of ISO 3166-1, in its order and as people
read it, and the former names of ISO 3166-3, as Debian's iso-codes (in pycountry 26.2.16) state them.
"""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ogpld.search.weighted_likeness import likeness, words

if TYPE_CHECKING:
    from ogpld.search.entities import Entities


@cache
def country_names() -> frozenset[tuple[str, ...]]:
    """Return the words of each name."""
    text = (resources.files("ogpld.search") / "country-names.csv").read_text(encoding="utf-8")
    return frozenset(words(row["name"]) for row in csv.DictReader(text.splitlines()))


@cache
def demonyms() -> dict[tuple[str, ...], str]:
    """Return the ISO code of the country an adjective is of; an adjective of several is of none."""
    text = (resources.files("ogpld.search") / "demonyms.csv").read_text(encoding="utf-8")
    rows = [(words(row["demonym"]), row["iso3"]) for row in csv.DictReader(text.splitlines())]
    counts = Counter(adjective for adjective, _ in rows)
    return {adjective: code for adjective, code in rows if counts[adjective] == 1}


def is_more_like_another_country(
    text: tuple[str, ...], name: tuple[str, ...], entities: Entities
) -> bool:
    """Say whether a text is at least as much like a country that is no member as like a member's name.

    Args:
        text: words that were given.
        name: words of the member's name.
        entities: of the release.
    """
    weights = entities.weights
    least = likeness(text, name, weights)
    return any(
        likeness(text, other, weights, least) >= least
        for other in country_names()
        if other not in entities.member_names
    )
