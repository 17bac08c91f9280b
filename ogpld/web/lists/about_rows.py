"""What a file of rows says of itself: the release it is of, its licence, how it is cited, what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ogpld.catalogue.citation import cite, sentence
from ogpld.formats.workbook_writer import Sheet
from ogpld.web.current.dataset_facts import facts
from ogpld.web.current.open_release import OpenRelease

#: Characters that a query may have and a workbook not; SPARQL writes them as escapes (section 19.2).
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Characters of a query in one cell.
_PIECE = 15_000


def about_rows(serving: OpenRelease, text: str = "", rows: str = "") -> list[tuple[str, str]]:
    """Return what a file of rows says of itself: release, date, licence, source, how it is cited.

    Args:
        serving: the release.
        text: the query that the rows answer, "" for none.
        rows: what the rows are, "" for the answer to a query.
    """
    dataset_facts, release = facts(serving), serving.release
    cited = cite(
        dataset_facts, dataset_facts.whole, serving.settings, release.id, release.manifest.created
    )
    about = [
        ("Rows", rows or "The answer to a query; the query and the release are its receipt."),
        ("Data set", cited.title),
        ("Release", release.id),
        ("Date of the release", cited.date),
        ("Address", cited.url),
        ("Licence", serving.licence),
        ("Cite as", sentence(cited)),
        ("Publisher", cited.publisher),
        ("Query", text),
    ]
    return [(name, value) for name, value in about if value]


def about_sheet(about: Iterable[tuple[str, str]]) -> Sheet:
    """Return the sheet on which a workbook says what it is; a long query goes on in the next row."""
    rows = []
    for name, value in about:
        text = _NO_TEXT.sub(lambda match: f"\\u{ord(match[0]):04X}", value)
        rows += [(name, text[at : at + _PIECE]) for at in range(0, len(text), _PIECE)]
    return Sheet("About", ("What", "Value"), rows)
