"""Data of any size that is shaped as ours: the shipped release, its plans repeated under new keys.

    python bench/grown.py RELEASE 500000 out.nq [--plant 200]

Members, bodies and codes stay as they are; plans, commitments, milestones, assessments, reports and
clusters are repeated with their links among each other. Not data anybody should publish.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
from collections.abc import Iterator
from pathlib import Path

_KEY = re.compile(
    r"(/id/(?:action-plan|commitment|milestone|assessment|report|irm-cluster)/)([A-Z]+\d+)"
)
_ABOUT = ("ontology", "shapes", "catalogue", "void", "provenance")
_VALUE = re.compile(r"^(\S+ (\S+) )(.+?)( <[^<>]*> \.)$")
#: Faults that are planted: predicate ending and what stands there instead; None takes it away.
_FAULTS = (
    ("dc/terms/title>", None),
    ("dc/terms/title>", '"No tag"'),
    ("ns#member>", "<http://localhost:8000/id/member/XX>"),
    ("ns#plan>", None),
    ("ns#value>", '"Complete"'),
    ("ns#indicator>", "<https://w3id.org/ogpld/code/indicator/starred>"),
    ("schema.org/endDate>", '"soon"'),
    ("ns#latestEnd>", '"1999-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'),
    ("ns#assesses>", "<http://localhost:8000/id/commitment/XX>"),
    ("dc/terms/identifier>", '"ee-1"'),
)


def checked_lines(release: Path) -> list[str]:
    """Return the statements of a release that the gate looks at, as N-Quads lines."""
    endings = tuple(f"/graph/{name}> ." for name in _ABOUT)
    with gzip.open(release / "data.nq.gz", "rt", encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if not line.rstrip("\n").endswith(endings)]


def grown(lines: list[str], quads: int) -> Iterator[str]:
    """Yield at least `quads` lines."""
    yield from lines
    repeated = [line for line in lines if _KEY.search(line)]
    done, turn = len(lines), 0
    while done < quads:
        turn += 1
        for line in repeated:
            yield _KEY.sub(rf"\1\2x{turn}", line)
        done += len(repeated)


def planted(lines: list[str], number: int, seed: int = 1) -> list[str]:
    """Return lines with faults of ten kinds among them."""
    chance = random.Random(seed)
    found = list(lines)
    for turn in range(number):
        ending, value = _FAULTS[turn % len(_FAULTS)]
        while True:
            place = chance.randrange(len(found))
            match = _VALUE.match(found[place])
            if match and match[2].endswith(ending) and "/id/" in match[1]:
                break
        found[place] = "" if value is None else f"{match[1]}{value}{match[4]}"
    return [line for line in found if line]


def write(release: Path, quads: int, target: Path, plant: int = 0) -> int:
    """Write a file of N-Quads and return how many lines it has."""
    lines = list(grown(checked_lines(release), quads))
    if plant:
        lines = planted(lines, plant)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("quads", type=int)
    parser.add_argument("target", type=Path)
    parser.add_argument("--plant", type=int, default=0)
    options = parser.parse_args()
    print(write(options.release, options.quads, options.target, options.plant), "quads")
