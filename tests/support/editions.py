"""The Explorer's three editions, each as a table of the same few columns, and what differs, counted by csv.

Rows of two editions are one commitment where country, plan and title without its number are the same (and
which of them, where a title stands several times). Nothing of this is read by the program's own code.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from support.programs import demand
from support.running import ROOT
from support.sample_data import WHOLE

FILES = ("commitments-2015.csv", "commitments-2016-earlier.csv", "commitments-2016.csv")
COLUMNS = ("key", "member", "plan_number", "cycle", "title", "lead", "completion")
#: What the printed titles begin with.
_NUMBER = re.compile(
    r"(?:commitment|action)?\s*(?:n°)?\s*[a-z]{0,2}\.?\s?\d+(?:[.-]?[0-9a-z]{1,2})*\s*[.:)\u2013-]*\s+",
    re.IGNORECASE,
)
_NO_VALUE = {"NR", "ND", "NA"}

Row = dict[str, str]
#: Rows by the key of their commitment.
Edition = dict[str, Row]


@dataclass(frozen=True)
class Difference:
    """What is another from one edition to the next, by key.

    Attributes:
        gone: commitments of the first one only.
        new: commitments of the second one only.
        changed: those of both with another title, lead or completion.
        filled: those of both whose completion was not coded before.
        recoded: those of both with another completion than before.
        emptied: those of both whose completion is not coded any more.
    """

    gone: set[str]
    new: set[str]
    changed: set[str]
    filled: set[str]
    recoded: set[str]
    emptied: set[str]


def edition_folder() -> Path:
    """Return where the editions lie (OGPLD_EDITIONS says it); the older two are no part of the project."""
    setting = os.environ.get("OGPLD_EDITIONS")
    folder = Path(setting) if setting else ROOT.parent / "shared/data/ogp/explorer"
    absent = [name for name in FILES if not (folder / name).is_file()]
    lacking = f"say in OGPLD_EDITIONS where {', '.join(absent)} lie; not in {folder}"
    demand("explorer-editions", there=not absent, lacking=lacking)
    return folder


def read_editions(folder: Path) -> list[Edition]:
    """Return the editions, oldest first; a key is the same commitment in each."""
    countries = {
        row["country"]: row["member"] for row in _rows(WHOLE / "sources/explorer/countries.csv")
    }
    tables = [_rows(folder / name) for name in FILES]
    cycles = {_plan(row, countries): row["Year of submission"] for row in tables[-1]}
    keys: dict[tuple[str, str, int], str] = {}
    editions = []
    for table in tables:
        seen: Counter[tuple[str, str]] = Counter()
        edition: Edition = {}
        for row in table:
            plan, title = _plan(row, countries), _text(row["Commitment Title"])
            place = plan, _without_number(title)
            seen[place] += 1
            key = keys.setdefault((*place, seen[place]), f"{plan}-{len(keys) + 1}")
            edition[key] = {
                "key": key,
                "member": plan[:-2],
                "plan_number": row["Action Plan Number"],
                "cycle": cycles[plan],
                "title": title,
                "lead": _text(row["Lead Institution"]),
                "completion": _code(row["Completion (progress report)"]),
            }
        editions.append(edition)
    return editions


def difference(old: Edition, new: Edition) -> Difference:
    """Return what csv rows alone say is another."""
    both = old.keys() & new.keys()
    changed = {key for key in both if old[key] != new[key]}
    before, after = ({key: edition[key]["completion"] for key in both} for edition in (old, new))
    return Difference(
        gone=old.keys() - new.keys(),
        new=new.keys() - old.keys(),
        changed=changed,
        filled={key for key in both if not before[key] and after[key]},
        recoded={key for key in both if before[key] and after[key] not in {"", before[key]}},
        emptied={key for key in both if before[key] and not after[key]},
    )


def write_edition(table: Path, edition: Edition, places: dict[str, int]) -> None:
    """Write an edition; each commitment stays in the row it had, and a blank line takes the place of what is not there.

    So the address of a row is the same commitment in every release, and what did not change is no change.

    Args:
        table: the file.
        edition: the rows.
        places: the place of each key; new ones are added behind.
    """
    for key in edition:
        places.setdefault(key, len(places))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for key in places:
            if key in edition:
                writer.writerow([edition[key][column] for column in COLUMNS])
            else:
                file.write("\n")


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plan(row: Row, countries: dict[str, str]) -> str:
    return f"{countries[row['Country'].strip()]}{int(row['Action Plan Number']):02}"


def _text(text: str) -> str:
    return " ".join(text.replace("<br/>", " ").split())


def _without_number(title: str) -> str:
    return " ".join(re.findall(r"\w+", (_NUMBER.sub("", title, count=1) or title).casefold()))


def _code(text: str) -> str:
    label = re.sub(r"^[a-d]\. ", "", text.strip())
    return "" if label in _NO_VALUE else label.capitalize().replace("Not started", "Not Started")
