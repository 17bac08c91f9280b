"""Data of any size, shaped as ours: the shipped release, some of its plans or all of them again, renamed.

    python bench/grown.py RELEASE 500000 out.nq [--plant 200]

Members, bodies and codes stay as they are; plans, commitments, milestones, assessments, reports and
clusters are repeated with their links among each other. Not data anybody should publish.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_KEY = re.compile(
    r"(/id/(?:action-plan|commitment|milestone|assessment|report|irm-cluster)/)([A-Z]+\d+)"
)
#: Properties that lead from a thing to its plan; none of a plan is among them.
_UPWARDS = frozenset(
    f"<https://w3id.org/ogpld/ns#{name}>" for name in ("assesses", "plan", "commitment", "report")
) | {"<http://purl.org/dc/terms/isPartOf>"}
_OTHER_NAME = re.compile("/id/member/[^ ]*#(?!territory)|^[^ ]*/id/member/[^ ]* [^ ]*Label> ")
#: The plan that bench/validation.py changes.
_CHANGED = "/EST03>"
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


def _owners(lines: list[str]) -> list[str]:
    """Return of each line the plan that its subject belongs to, "" for none; links lead there."""
    links: dict[str, str] = {}
    for line in lines:
        subject, predicate, value, _ = line.split(" ", 3)
        if predicate in _UPWARDS and _KEY.search(subject):
            links.setdefault(subject, value)
    owners = []
    for line in lines:
        thing = line.split(" ", 1)[0].split("#")[0].rstrip(">") + ">"
        while thing in links:
            thing = links[thing]
        owners.append(thing if "/id/action-plan/" in thing else "")
    return owners


def shrunk(lines: list[str], quads: int) -> list[str]:
    """Return about `quads` lines: what belongs to no plan, and some plans with what belongs to them.

    Other names of members are left out: they would be most.
    """
    lines = [line for line in lines if not _OTHER_NAME.search(line)]
    owners = _owners(lines)
    sizes = Counter(owners)
    chosen, size = {""}, sizes.pop("", 0)
    for plan in sorted(sizes, key=lambda plan: (_CHANGED not in plan, plan)):
        if size < quads:
            chosen.add(plan)
            size += sizes[plan]
    return [line for line, owner in zip(lines, owners, strict=True) if owner in chosen]


def grown(lines: list[str], quads: int) -> Iterator[str]:
    """Yield about `quads` lines: some plans of the release, or all of them again and again."""
    if quads < len(lines):
        yield from shrunk(lines, quads)
        return
    yield from lines
    plans: dict[str, list[str]] = {}
    for line, owner in zip(lines, _owners(lines), strict=True):
        if owner:
            plans.setdefault(owner, []).append(line)
    done = len(lines)
    for turn in itertools.count(1):
        for plan in plans.values():
            if done >= quads:
                return
            for line in plan:
                yield _KEY.sub(rf"\1\2x{turn}", line)
            done += len(plan)


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
