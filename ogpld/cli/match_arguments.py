"""What can be typed after `ogpld match`."""

from __future__ import annotations

import argparse
from pathlib import Path

MATCH = "give a table back with the ids of the members, commitments or plans it names"
MATCH_EXAMPLES = (
    "  ogpld match countries.csv --type member --column Country > matched.csv\n"
    "  ogpld match titles.xlsx --type commitment --column 3 --member Country -o matched.xlsx\n\n"
    "Every row and column stays as it is; columns named ogpld_... are added to the right."
)


def add_match_arguments(match: argparse.ArgumentParser) -> None:
    """Add the table and what is meant by it."""
    match.add_argument("file", type=Path, metavar="FILE", help="the table: .csv or .xlsx")
    match.add_argument("--type", default="", metavar="CLASS", help="class of what is meant")
    match.add_argument(
        "--column", default="", metavar="NAME", help="name or number of the column to match"
    )
    match.add_argument(
        "--member", default="", metavar="NAME", help="column with the member of each row"
    )
    match.add_argument("--sheet", default="", metavar="NAME", help="sheet of a workbook")
    match.add_argument("--format", choices=("csv", "xlsx"), help="default: that of the output")
    match.add_argument("--output", "-o", type=Path, metavar="FILE", help="default: standard output")
