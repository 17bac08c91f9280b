"""Write a table as Apache Parquet, where pyarrow is installed (`pip install 'ogpld[parquet]'`).

A column has one type: whole numbers, numbers, booleans, or text. A column with values of two kinds is text.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, BinaryIO

from ogpld.formats.workbook_writer import Value

#: Rows that are turned into columns at once, and stand in one row group.
_GROUP = 10_000


@lru_cache(maxsize=1)
def has_parquet() -> bool:
    """Say whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def write_parquet(
    header: Sequence[str], rows: Iterable[Sequence[Value]], about: Mapping[str, str]
) -> bytes:
    """Return a table as a Parquet file.

    Args:
        header: names of the columns; none stands twice.
        rows: their values; None and "" are null.
        about: what the file says of itself, as its key-value metadata.
    """
    arrow: Any = importlib.import_module("pyarrow")
    parquet: Any = importlib.import_module("pyarrow.parquet")
    columns: list[list[Value]] = [[] for _ in header]
    for row in rows:
        for values, value in zip(columns, row, strict=True):
            values.append(None if value == "" else value)
    arrays = [_array(arrow, values) for values in columns]
    schema = arrow.schema(
        [arrow.field(name, array.type) for name, array in zip(header, arrays, strict=True)],
        metadata=dict(about),
    )
    out = io.BytesIO()
    table = arrow.Table.from_arrays(arrays, schema=schema)
    parquet.write_table(table, out, compression="snappy", row_group_size=_GROUP)
    return out.getvalue()


def stream_parquet(
    target: BinaryIO,
    header: Sequence[str],
    whole: Container[str],
    groups: Iterable[Sequence[Sequence[Value]]],
    about: Mapping[str, str],
) -> None:
    """Write a table group by group into a file, holding one group at a time.

    Args:
        target: the file.
        header: names of the columns; none stands twice.
        whole: names of those that hold whole numbers; all others are text.
        groups: the rows in groups.
        about: what the file says of itself.
    """
    arrow: Any = importlib.import_module("pyarrow")
    parquet: Any = importlib.import_module("pyarrow.parquet")
    types = [arrow.int64() if name in whole else arrow.string() for name in header]
    schema = arrow.schema(list(zip(header, types, strict=True)), metadata=dict(about))
    with parquet.ParquetWriter(target, schema, compression="snappy") as writer:
        for rows in groups:
            columns = zip(*rows, strict=True) if rows else ([] for _ in header)
            arrays = [
                arrow.array([_of_kind(value, whole=name in whole) for value in values], kind)
                for name, values, kind in zip(header, columns, types, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))


def _of_kind(value: Value, *, whole: bool) -> Value:
    if value is None or value == "":
        return None
    return int(value) if whole else str(value)


def _array(arrow: Any, values: Sequence[Value]) -> Any:
    """Return a column of the one type that its values have."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return arrow.array(values, arrow.bool_())
    if kinds == {int}:
        return arrow.array(values, arrow.int64())
    if kinds and kinds <= {int, float}:
        return arrow.array(values, arrow.float64())
    return arrow.array([_text(value) for value in values], arrow.string())


def _text(value: Value) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
