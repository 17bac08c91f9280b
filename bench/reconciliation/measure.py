"""Measure the matcher: `python bench/reconciliation/measure.py [--home var]`, the first part of RESULTS.md.

Precision: of the queries that got a `match`, those with the right thing. Recall: of the queries with a right
thing, those that got it as `match`; "-" where there are none of these. The set is `queries.csv`. It is not
blind: some 25 of its names written by hand, and half of its adjectives and initials, were looked at while the
matcher was made, typing errors are one slip a query, and those of institutions and commitments are asked with
the right member. Titles with another number, another word or words in front are those of no commitment; a
change may by chance leave what a person would still take for the same.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from collections import defaultdict
from pathlib import Path

from ogpld.release import ReleaseStore
from ogpld.search.candidates import PropertyValue
from ogpld.search.matcher import Matcher
from ogpld.search.release_index import release_index

HERE = Path(__file__).parent
BATCH, WORST = 200, 10
#: Targets of precision and recall.
TARGETS = {
    "Member": (0.95, 0.90),
    "Institution": (0.95, 0.90),
    "ActionPlan": (0.95, 0.90),
    "Commitment": (0.90, 0.85),
}


def main() -> None:
    """Write the results to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var"))
    release = ReleaseStore(parser.parse_args().home).current()
    assert release is not None  # noqa: S101  (there is nothing to measure without)
    matcher = Matcher(release_index(release))
    with (HERE / "queries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    misses: list[tuple[bool, float, str]] = []
    seconds: list[float] = []
    for row in rows:
        properties = [
            PropertyValue(*pair.split("=", 1)) for pair in row["properties"].split(";") if pair
        ]
        start = time.perf_counter()
        answers = matcher.match(
            row["query"], classes=[row["class"]], properties=properties, limit=5
        )
        seconds.append(time.perf_counter() - start)
        first = answers[0] if answers else None
        meant = first.key if first and first.match else ""
        for group in (row["class"], f"{row['class']}, {row['kind']}"):
            count = counts[group]
            count["rows"] += 1
            count["meant"] += bool(meant)
            count["labelled"] += bool(row["expected"])
            count["right"] += bool(meant) and meant == row["expected"]
        if meant != row["expected"]:
            score = first.score if first else 0.0
            misses.append(
                (
                    not meant,
                    -score,
                    (
                        f"| {row['query'][:70].replace('|', '/')} | {row['properties']} | "
                        f"{row['expected'] or 'nothing'} | {meant or 'no match'} | "
                        f"{first.key if first else ''} {score:.0f} |"
                    ),
                )
            )
    print(f"# Reconciliation, release {release.id}, {len(rows)} queries\n")
    print("| queries | rows | wrong | precision | recall | target |\n|---|---|---|---|---|---|")
    for group, count in sorted(counts.items()):
        precision, recall = (
            f"{count['right'] / count[of]:.3f}" if count[of] else "-"
            for of in ("meant", "labelled")
        )
        target = " / ".join(f"{value:.2f}" for value in TARGETS.get(group, ()))
        wrong = count["meant"] - count["right"]
        print(f"| {group} | {count['rows']} | {wrong} | {precision} | {recall} | {target} |")
    slowest = max(seconds) * 1000
    print(
        f"\nA query takes {statistics.median(seconds) * 1000:.1f} ms (median; most {slowest:.0f} ms), "
        f"a batch of {BATCH} {statistics.mean(seconds) * BATCH * 1000:.0f} ms.\n"
    )
    print(f"## The {WORST} worst of {len(misses)} misses: wrong matches first\n")
    print("| query | properties | expected | match | first candidate |\n|---|---|---|---|---|")
    for _, _, line in sorted(misses)[:WORST]:
        print(line)


if __name__ == "__main__":
    main()
