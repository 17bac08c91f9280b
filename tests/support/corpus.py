"""Read the corpus of hostile queries in `tests/hostile/`.

`queries.json` holds single cases; `repeat` is prefix, repeated, middle, closing, suffix, times.
`sizes.json` holds constructs at three sizes: `parts` are the first five of these; up to `fine` the guard
lets a size pass, and then it is harmless or a limit stops it (`work`). `decoys.json` holds what must be
answered although it looks like harm. Mutations are made by `mutations.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "hostile"
NOWHERE = "http://127.0.0.1:9/"
#: A query may pass, be refused, be too large, or be stopped; it never breaks anything.
CONTAINED = (200, 400, 413, 503)
TEXT_LIMIT = 65_536


@dataclass(frozen=True)
class Hostile:
    """A query that does harm, and the statuses that are right for it."""

    name: str
    text: str
    expect: tuple[int, ...]
    guarded: bool


def corpus(listener: str = NOWHERE) -> list[Hostile]:
    """Return every single case, with the listener's address put in."""
    queries = []
    for case in read("queries"):
        if "repeat" in case:
            *parts, times = case["repeat"]
            text = repeated(parts, times)
        else:
            text = case["query"].replace("LISTENER", listener)
        queries.append(Hostile(case["name"], text, tuple(case["expect"]), case["guarded"]))
    return queries


def sized(listener: str = NOWHERE) -> list[Hostile]:
    """Return the constructs at their sizes."""
    queries = []
    for family in read("sizes"):
        for size in family["sizes"]:
            text = repeated(family["parts"], size)
            text = text.replace("LISTENER", listener)
            expect: tuple[int, ...] = CONTAINED
            if len(text) > TEXT_LIMIT:
                expect = (413,)
            elif size > family["fine"]:
                expect = (400,)
            guarded = expect != CONTAINED
            queries.append(Hostile(f"{family['name']} x {size}", text, expect, guarded))
    return queries


def decoys() -> list[str]:
    """Return queries that only look like harm."""
    return [
        case if isinstance(case, str) else repeated(case[:5], case[5]) for case in read("decoys")
    ]


def read(name: str) -> Any:
    """Return what a file of the corpus holds."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def repeated(parts: list[str], times: int) -> str:
    """Return a text whose middle is repeated; `§` in it is the number of the repetition."""
    prefix, again, middle, closing, suffix = parts
    if again == "DOUBLING":
        body = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(times))
        return prefix.replace("LAST", str(times)) + body + suffix
    again = again.replace("MANY", "1 2 3 4 5 6 7 8 9 10 " * 30)
    body = "".join(again.replace("§", str(number)) for number in range(times))
    return prefix + body + middle + closing * times + suffix
