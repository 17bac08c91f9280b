"""Small edits of a copy of the shipped data, as a curator would make them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

Row = dict[str, str]


def rewrite(table: Path, change: Callable[[Row], Row | None]) -> int:
    """Pass each row through a function that may change or drop it; return how many it did."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = list(reader.fieldnames or ()), list(reader)
    edited_rows = [change(dict(row)) for row in rows]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(row for row in edited_rows if row is not None)
    return sum(new != old for new, old in zip(edited_rows, rows, strict=True))


def retitle(data: Path, commitment: str, title: str) -> None:
    """Correct the title of one of Estonia's commitments."""

    def change(row: Row) -> Row:
        return {**row, "title": title} if row["commitment_id"] == commitment else row

    assert rewrite(data / "sources/estonia/estonia.csv", change) == 1


def withdraw(data: Path, member: str) -> None:
    """Take out everything the comparison set has of a member: its plans go with its commitments.

    Choose one whose rows are the last: those of others would move, and statements name their rows.
    """

    def change(row: Row) -> Row | None:
        return None if row["ogp_code"] == member else row

    assert rewrite(data / "sources/comparison/comparison.csv", change)
