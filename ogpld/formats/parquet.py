"""Write a table as Apache Parquet, group of rows by group, the same bytes for the same content.

As `parquet.thrift` of parquet-format has it: one data page (v1) for each column of a row group, values plain,
definition levels bit-packed, pages compressed with gzip, the footer in Thrift's compact protocol. That is all
a table of ours needs; the libraries that write the whole format are larger than this project.

A column has one type: whole numbers, numbers, booleans, dates, or text; every cell may be null.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from itertools import islice
from typing import BinaryIO

from ogpld.errors import NotWritableError
from ogpld.formats.table_values import Number, Value

_MAGIC = b"PAR1"
#: Rows of a row group.
_GROUP = 10_000
_EPOCH = date(1970, 1, 1).toordinal()
#: Numbers of `parquet.thrift`: page, encodings, codec, repetition.
_DATA_PAGE, _PLAIN, _RLE, _GZIP, _OPTIONAL = 0, 0, 3, 2, 1
#: Types of Thrift's compact protocol.
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12


class Kind(Enum):
    """The type of a column: its physical type, converted type and logical type in `parquet.thrift`."""

    BOOLEAN = (0, None, None)
    WHOLE = (2, None, None)
    NUMBER = (5, None, None)
    DATE = (1, 6, 6)
    TEXT = (6, 0, 1)


_Field = tuple[int, int, int | bytes | list[bytes]]


class ParquetWriter:
    """A file that is written.

    Args:
        target: the file; what is written first stands at its place 0.
        columns: name and type of each; no name stands twice.
        about: what the file says of itself, as its key-value metadata.
    """

    def __init__(
        self, target: BinaryIO, columns: Sequence[tuple[str, Kind]], about: Mapping[str, str]
    ) -> None:
        self._target, self._columns, self._about = target, columns, about
        self._groups: list[bytes] = []
        self._rows = 0
        self._place = 0
        self._write(_MAGIC)

    def add(self, rows: Sequence[Sequence[Value]]) -> None:
        """Write rows as a group; None and "" are null, in columns of text other values are written out."""
        if not rows:
            return
        chunks, size = [], 0
        for at, (name, kind) in enumerate(self._columns):
            chunk, chunk_size = self._chunk(name, kind, [row[at] for row in rows])
            chunks.append(chunk)
            size += chunk_size
        group = _struct((1, _LIST, chunks), (2, _I64, size), (3, _I64, len(rows)))
        self._groups.append(group)
        self._rows += len(rows)

    def close(self) -> None:
        """Write the footer."""
        root = _struct((4, _BINARY, b"schema"), (5, _I32, len(self._columns)))
        about = [
            _struct((1, _BINARY, key.encode()), (2, _BINARY, value.encode("utf-8", "replace")))
            for key, value in self._about.items()
        ]
        footer = _struct(
            (1, _I32, 1),
            (2, _LIST, [root, *(_schema(name, kind) for name, kind in self._columns)]),
            (3, _I64, self._rows),
            (4, _LIST, self._groups),
            (5, _LIST, about),
            (6, _BINARY, b"ogpld"),
        )
        self._write(footer + struct.pack("<i", len(footer)) + _MAGIC)

    def _chunk(self, name: str, kind: Kind, values: Sequence[Value]) -> tuple[bytes, int]:
        """Write a column of a group; return its `ColumnChunk` and its bytes before compression."""
        page = _levels(values) + _plain(kind, [v for v in values if v is not None and v != ""])
        packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)  # gzip, without a time
        packed = packer.compress(page) + packer.flush()
        header = _struct(
            (1, _I32, _DATA_PAGE),
            (2, _I32, len(page)),
            (3, _I32, len(packed)),
            (
                *(5, _STRUCT),
                _struct(
                    (1, _I32, len(values)), (2, _I32, _PLAIN), (3, _I32, _RLE), (4, _I32, _RLE)
                ),
            ),
        )
        start, size = self._place, len(header) + len(page)
        self._write(header + packed)
        metadata = _struct(
            (1, _I32, kind.value[0]),
            (2, _LIST | _I32 << 4, [_zigzag(_PLAIN), _zigzag(_RLE)]),
            (3, _LIST | _BINARY << 4, [_bytes(name.encode())]),
            (4, _I32, _GZIP),
            (5, _I64, len(values)),
            (6, _I64, size),
            (7, _I64, self._place - start),
            (9, _I64, start),
        )
        return _struct((2, _I64, start), (3, _STRUCT, metadata)), size

    def _write(self, data: bytes) -> None:
        self._target.write(data)
        self._place += len(data)


def write_parquet(
    header: Sequence[str], rows: Iterable[Sequence[Value]], about: Mapping[str, str]
) -> bytes:
    """Return a table as a Parquet file; a column with values of two kinds is text.

    Args:
        header: names of the columns; none stands twice.
        rows: their values; None and "" are null.
        about: what the file says of itself.
    """
    table = list(rows)
    kinds = [
        _kind({type(row[at]) for row in table if row[at] not in {None, ""}})
        for at in range(len(header))
    ]
    out = io.BytesIO()
    stream_parquet(out, list(zip(header, kinds, strict=True)), table, about)
    return out.getvalue()


def stream_parquet(
    target: BinaryIO,
    columns: Sequence[tuple[str, Kind]],
    rows: Iterable[Sequence[Value]],
    about: Mapping[str, str],
) -> None:
    """Write a table whose types are known before its rows, holding one group at a time.

    Args:
        target: the file.
        columns: name and type of each.
        rows: their values.
        about: what the file says of itself.
    """
    writer, remaining = ParquetWriter(target, columns, about), iter(rows)
    while group := list(islice(remaining, _GROUP)):
        writer.add(group)
    writer.close()


def _kind(types: set[type]) -> Kind:
    """Return the type that holds values of some types."""
    if len(types) == 1:
        alone = {bool: Kind.BOOLEAN, int: Kind.WHOLE, date: Kind.DATE}
        if kind := alone.get(next(iter(types))):
            return kind
    return Kind.NUMBER if types and types <= {int, float, Number} else Kind.TEXT


def _schema(name: str, kind: Kind) -> bytes:
    """Return the `SchemaElement` of a column."""
    physical, converted, logical = kind.value
    fields: list[_Field] = [
        (1, _I32, physical),
        (3, _I32, _OPTIONAL),
        (4, _BINARY, name.encode()),
    ]
    if converted is not None and logical is not None:
        fields += [(6, _I32, converted), (10, _STRUCT, _struct((logical, _STRUCT, _struct())))]
    return _struct(*fields)


def _levels(values: Sequence[Value]) -> bytes:
    """Return definition levels (1 for a value, 0 for null): their length, then one bit-packed run."""
    bits = _bits([value is not None and value != "" for value in values])
    run = _varint(len(bits) << 1 | 1) + bits
    return struct.pack("<i", len(run)) + run


def _plain(kind: Kind, values: Sequence[Value]) -> bytes:
    """Return values in the encoding PLAIN."""
    if kind is Kind.TEXT:
        texts = [_text(value).encode() for value in values]
        return b"".join(part for text in texts for part in (struct.pack("<i", len(text)), text))
    if kind is Kind.BOOLEAN:
        return _bits([bool(value) for value in values])
    if kind is Kind.DATE:
        days = [value.toordinal() - _EPOCH for value in values if isinstance(value, date)]
        return struct.pack(f"<{len(days)}i", *days)
    if kind is Kind.WHOLE:  # long ones come as text, since spreadsheets round them
        return _whole([int(value) for value in values if isinstance(value, (int, str))])
    return struct.pack(f"<{len(values)}d", *values)


def _whole(numbers: Sequence[int]) -> bytes:
    """Return whole numbers as INT64.

    Raises:
        NotWritableError: `parquet` for one that needs more than 64 bits.
    """
    try:
        return struct.pack(f"<{len(numbers)}q", *numbers)
    except struct.error as error:
        largest = max(numbers, key=abs)
        raise NotWritableError(
            f"a column of whole numbers in Parquet cannot hold {str(largest)[:40]}",
            hint="ask for CSV, which has it as it is",
            code="parquet",
        ) from error


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.text if isinstance(value, Number) else str(value)


def _bits(flags: Sequence[bool]) -> bytes:
    """Return flags packed into bytes, the first one lowest."""
    packed = bytearray((len(flags) + 7) // 8)
    for at, flag in enumerate(flags):
        if flag:
            packed[at >> 3] |= 1 << (at & 7)
    return bytes(packed)


def _struct(*fields: _Field) -> bytes:
    """Return a struct in Thrift's compact protocol.

    Args:
        fields: id, type and value of each in the order of ids; lists have the type of their elements in
            the upper half of the type, structs where there is none.
    """
    out, before = bytearray(), 0
    for number, kind, value in fields:
        out.append((number - before) << 4 | kind & 0x0F)
        before = number
        if isinstance(value, int):
            out += _zigzag(value)
        elif isinstance(value, list):
            element = kind >> 4 or _STRUCT
            short = len(value) < 15  # noqa: PLR2004  (the size stands beside the type)
            out += bytes([len(value) << 4 | element]) if short else bytes([0xF0 | element])
            out += b"" if short else _varint(len(value))
            out += b"".join(value)
        else:
            out += value if kind == _STRUCT else _bytes(value)
    out.append(0)
    return bytes(out)


def _bytes(data: bytes) -> bytes:
    return _varint(len(data)) + data


def _zigzag(number: int) -> bytes:
    return _varint(number << 1 ^ number >> 63)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:  # noqa: PLR2004  (seven bits a byte)
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
