"""All rows of a list, as CSV, NDJSON, workbook or Parquet, made a thousand at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ogpld.formats.negotiation import Offer
from ogpld.web.http.spool import SpooledFile, gather, packed
from ogpld.web.lists.hydra import Collection
from ogpld.web.lists.list_csv import write_table
from ogpld.web.lists.list_workbook import is_made_here, pieces
from ogpld.web.lists.selection import Selection

#: Things that one query reads.
_AT_ONCE = 1_000


def all_rows(whole: Collection, offer: Offer) -> bytes | SpooledFile:
    """Return a whole list in a form of rows, kept on disk where it is large.

    Raises:
        Problem: 500 when the release does not say anything of one of the things.
        QueryStoppedError: when a part took too long.
    """
    files = whole.serving.files
    key = whole.whole_path(offer)
    cached_file: SpooledFile | None = files.get(key)
    if cached_file is not None:
        return cached_file
    if is_made_here(offer):
        rows_file = gather(pieces(whole.serving, _parts(whole.selection), whole.iri, offer))
    else:
        rows_file = gather(_pieces(whole, offer))
    if isinstance(rows_file, SpooledFile):
        files.put(key, rows_file, rows_file.size)
    return rows_file


def packed_rows(whole: Collection, offer: Offer, plain: SpooledFile) -> SpooledFile:
    """Return a whole list in gzip: compressed once, and kept as long as there is room."""
    files, key = whole.serving.files, ("gzip", whole.whole_path(offer))
    cached_file: SpooledFile | None = files.get(key)
    if cached_file is None:
        cached_file = packed(plain)
        files.put(key, cached_file, cached_file.size)
    return cached_file


def _pieces(whole: Collection, offer: Offer) -> Iterator[bytes]:
    for number, part in enumerate(_parts(whole.selection)):
        if offer.name == "csv":
            yield write_table(whole.serving, part, header=not number)
        else:
            yield replace(whole, selection=part).lines()


def _parts(selection: Selection) -> Iterator[Selection]:
    """Yield a list in parts; one without anything where it is empty, as a table has a header then too."""
    for start in range(0, max(1, len(selection.page)), _AT_ONCE):
        yield replace(selection, page=selection.page[start : start + _AT_ONCE])
