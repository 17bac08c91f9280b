"""Look for a text in every file of a home, whatever the file is packed in."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

#: What ontology, shapes and codes are made of; no erasure changes those.
MODEL = "model"


def files_with(home: Path, text: str) -> list[str]:
    """Return the files, but for the model's, that hold a text in any of the ways it can be written."""
    ways = _written(text)
    return [
        path.relative_to(home).as_posix()
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and MODEL not in path.relative_to(home).parts
        and any(way in content for content in _unpacked(path.read_bytes()) for way in ways)
    ]


def _written(text: str) -> set[bytes]:
    """Return a text as JSON, N-Quads, CSV, XML and plain files have it."""
    marked = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    ways = {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], marked}
    ways |= {text.replace('"', '""'), text.replace(",", "\\,")}
    encoded = {way.encode() for way in ways}
    return encoded | {text.encode("utf-16-le")}


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield bytes, and what is packed in them."""
    yield content
    if content[:2] == b"\x1f\x8b":
        try:
            yield from _unpacked(gzip.decompress(content))
        except (OSError, EOFError, zlib.error):
            return
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield from _unpacked(packed.read(name))
    elif content[:15] == b"SQLite format 3":
        with tempfile.NamedTemporaryFile(suffix=".sqlite") as file:
            file.write(content)
            file.flush()
            database = sqlite3.connect(file.name)
            yield "\n".join(database.iterdump()).encode()
            database.close()
