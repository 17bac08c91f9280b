"""Names of the countries of the world: one that is no member's name is not a member's name with a slip.

`country-names.csv` has every name, common name and official name of ISO 3166-1, in its order and as people
read it, and former names of ISO 3166-3, as Debian's iso-codes (in pycountry 26.2.16) state them, and what the
Unicode CLDR 48.2 calls those that are no members in English, where that is another name (`Russia`). Tests
hold it to them. `demonyms.csv` has English adjectives that the package countryinfo 1.0.1 states; they were
compared with it by hand on 2026-11-29. data/LICENSE has the terms of both.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Container
from functools import cache
from importlib import resources

from rapidfuzz import fuzz, process

from ogpld.search.weighted_likeness import Weights, least_ratios, likeness, words


@cache
def country_names() -> frozenset[tuple[str, ...]]:
    """Return the words of each name."""
    text = (resources.files("ogpld.search") / "country-names.csv").read_text(encoding="utf-8")
    return frozenset(words(row["name"]) for row in csv.DictReader(io.StringIO(text, newline="")))


@cache
def demonyms() -> dict[tuple[str, ...], str]:
    """Return the ISO code of the country an adjective is of; an adjective of several is of none."""
    text = (resources.files("ogpld.search") / "demonyms.csv").read_text(encoding="utf-8")
    rows = [
        (words(row["demonym"]), row["iso3"])
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]
    counts = Counter(adjective for adjective, _ in rows)
    return {adjective: code for adjective, code in rows if counts[adjective] == 1}


class OtherCountries:
    """The countries that are no members.

    Args:
        members: the words of the names of members.
    """

    def __init__(self, members: Container[tuple[str, ...]]) -> None:
        names = [name for name in country_names() if name not in members]
        self._spelled = {name: " ".join(name) for name in names}
        self._joined = {name: "".join(name) for name in names}

    def are_like(self, text: tuple[str, ...], least: float, weights: Weights) -> bool:
        """Say whether a text is so much like the name of one of them.

        Args:
            text: words that were given.
            least: likeness from 0 to 1.
            weights: what words count.
        """
        spelled, joined = least_ratios(least)
        near = (
            name
            for text_of, names, ratio in (
                (" ".join(text), self._spelled, spelled),
                ("".join(text), self._joined, joined),
            )
            for _, _, name in process.extract(
                text_of, names, scorer=fuzz.ratio, score_cutoff=ratio, limit=None
            )
        )
        return any(likeness(text, name, weights, least) >= least for name in near)
