"""Read the corpus of hostile queries; `repeat` is prefix, repeated, middle, closing, suffix, times."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Hostile:
    """A query that does harm, and the statuses that are right for it."""

    name: str
    text: str
    expect: tuple[int, ...]
    guarded: bool


def corpus(listener: str = "http://127.0.0.1:9/") -> list[Hostile]:
    """Return every case, with the listener's address put in."""
    found = []
    for case in json.loads((Path(__file__).parent / "queries.json").read_text()):
        if "repeat" in case:
            prefix, again, middle, closing, suffix, times = case["repeat"]
            if again == "DOUBLING":
                body = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(times))
                text = prefix + body + suffix
            else:
                text = prefix + again * times + middle + closing * times + suffix
        else:
            text = case["query"].replace("LISTENER", listener)
        found.append(Hostile(case["name"], text, tuple(case["expect"]), case["guarded"]))
    return found
