"""Which things an answer leaves out because a value is not known, asked for by a query of its own.

A question says in its head what it asks among, and which values decide:

    # among: ?thing a ogpld:Commitment .
    # needs: carried forward | ?thing ogpld:carriedForward ?value | ?value = false

A thing is left out when one of these values is missing and none of those that are there keeps it from the
answer: nobody can say then whether it belongs to it. The third part may be missing; any value will do then.
`?thing` and `?value` have these names in every question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ogpld.rdf import CODE, PREFIXES

_PREFIXED = re.compile(r"(?<![\w<?$-])([a-z][\w-]*):(?!//)")
_VALUE = re.compile(r"[?]value\b")
#: Columns of the list: the thing, its label, the names of the values that are missing.
COLUMNS = ("thing", "label", "notKnown")


@dataclass(frozen=True, slots=True)
class Need:
    """A value that decides whether a thing belongs to an answer.

    Attributes:
        label: what it is called.
        pattern: graph pattern from `?thing` to `?value`.
        condition: SPARQL expression of `?value` that holds in the answer, "" for any.
    """

    label: str
    pattern: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """How many things an answer leaves out, by what is not known of them.

    Attributes:
        total: things left out.
        groups: names of the missing values with the number of things, fewest missing values first.
    """

    total: int
    groups: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        """Return it in words: `9 not known, left out (carried forward 8; completion 1)`."""
        groups = "; ".join(f"{label} {number:,}" for label, number in self.groups)
        return f"{self.total:,} not known, left out" + (f" ({groups})" if groups else "")


def unknown_query(among: str, needs: Iterable[Need]) -> str:
    """Return the query for what is left out: a row a thing, columns as `COLUMNS`.

    Args:
        among: graph pattern of `?thing`.
        needs: the values that decide.
    """
    patterns, unbound, names = [], [], []
    for number, need in enumerate(needs, 1):
        value = f"?value{number}"
        patterns.append(f"  OPTIONAL {{ {_VALUE.sub(value, need.pattern)} }}")
        if need.condition:
            patterns.append(f"  FILTER(!BOUND({value}) || {_VALUE.sub(value, need.condition)})")
        unbound.append(f"!BOUND({value})")
        names.append(f'IF(BOUND({value}), "", "{need.label}, ")')
    lines = [
        "SELECT DISTINCT ?thing ?label ?notKnown WHERE {",
        f"  {among}",
        *patterns,
        f"  FILTER({' || '.join(unbound)})",
        f'  BIND(REPLACE(CONCAT({", ".join(names)}), ", $", "") AS ?notKnown)',
        '  OPTIONAL { ?thing rdfs:label ?label . FILTER(LANG(?label) = "en") }',
        "  OPTIONAL { ?thing rdfs:label ?label }",
        "}",
        "ORDER BY ?thing ?notKnown",
    ]
    text = "\n".join(lines) + "\n"
    used = sorted(set(_PREFIXED.findall(text)))
    prefixes = (f"PREFIX {name}: <{PREFIXES.get(name, f'{CODE.iri}{name}/')}>\n" for name in used)
    return "".join(prefixes) + text


def summary(missing: Iterable[str]) -> Unknown:
    """Return what a list of things left out says, from its column `notKnown`."""
    groups = Counter(missing)
    ordered = sorted(groups.items(), key=lambda group: (group[0].count(", "), group[0]))
    return Unknown(groups.total(), tuple(ordered))
