"""The forms a document can take: a table of media types, one file per kind of writer, no HTTP in here.

HTML is offered by `ogpld.web`, because it needs templates. A new format is one file here and one row of the
table in `media.py`.
"""

from __future__ import annotations

from ogpld.formats.media import FORMATS, MediaType, format_named
from ogpld.formats.statements import Statements

__all__ = ["FORMATS", "MediaType", "Statements", "format_named"]
