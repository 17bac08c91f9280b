"""Hold the description of a source to the columns of its tables and to the model, before a row is mapped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from ogpld.errors import ModelError, OgpldError, SourceError, Where
from ogpld.model import Model
from ogpld.near_names import closest
from ogpld.sources.key_template import check_template
from ogpld.sources.mapping import MappingLine
from ogpld.sources.source_description import Source, TableDescription, ThingDefinition

#: Ways of reading that want to know what is assessed.
_ASSESSING = {"assess", "detail", "twin", "no-values"}


def check_descriptions(
    source: Source,
    headers: Mapping[str, tuple[str, ...]],
    lines: Mapping[str, tuple[MappingLine, ...]],
    model: Model,
) -> None:
    """Refuse a source.toml that names columns, classes, properties or codes that do not exist.

    Args:
        source: its description.
        headers: the columns of its mapped tables, by file.
        lines: what the columns mean.
        model: classes, properties and code lists.

    Raises:
        SourceError: with everything that is wrong.
    """
    problems = list(dict.fromkeys(_problems(source, headers, lines, model)))
    if problems:
        count = f"{len(problems)} entries are wrong: " if len(problems) > 1 else ""
        raise SourceError(
            count + "; ".join(problems),
            where=Where(f"{source.name}/source.toml"),
            hint='data/README.md explains each entry under "Reference: source.toml"',
        )


def columns_of(described: TableDescription, header: Iterable[str]) -> set[str]:
    """Return the columns a row of a table has: its own, those it takes and those that are computed."""
    columns = {*header, *(name for join in described.joins for name in join.take)}
    if described.assessments:
        columns |= {"first_kind", "last_kind"}
    if "report_type" in columns:
        columns |= {"report_kind", "report_key"}
    return columns


def _problems(
    source: Source,
    headers: Mapping[str, tuple[str, ...]],
    lines: Mapping[str, tuple[MappingLine, ...]],
    model: Model,
) -> Iterator[str]:
    if source.taxonomy and source.taxonomy not in model.schemes:
        yield f"'taxonomy' {source.taxonomy!r} is no code list"
    codes = [code.notation for code in model.schemes["how-read"].codes]
    for described in source.tables:
        at = f" of [[table]] {described.file}"
        if described.how_read not in codes:
            yield (
                f"'how_read'{at} is {described.how_read!r}, which is no code of the list 'how-read' "
                f"({', '.join(codes)})"
            )
        if described.file in headers:
            own = headers[described.file]
            yield from _join_problems(described, own, headers, at)
            yield from _column_problems(described, own, at)
            for thing in described.things.values():
                yield from _thing_problems(thing, model, f" of [table.things.{thing.name}]{at}")
            indicators = {f.column: None for f in lines[described.file] if f.how in _ASSESSING}
            if indicators and described.assessments is None:
                yield (
                    f"[table.assessments]{at} is missing: mapping.csv has indicators "
                    f"({', '.join(map(repr, list(indicators)[:3]))})"
                )


def _join_problems(
    described: TableDescription,
    header: tuple[str, ...],
    headers: Mapping[str, tuple[str, ...]],
    at: str,
) -> Iterator[str]:
    """Yield the columns of joins that do not exist, here or in the other table."""
    here = dict.fromkeys(header)
    for join in described.joins:
        there = headers[join.file]
        part = f" of [[table.join]] {join.file}{at}"
        yield from (_unknown("on", column, here, part) for column in join.on if column not in here)
        for name, columns in (("match", join.match), ("take", join.take.values())):
            yield from (_unknown(name, c, there, part) for c in columns if c not in there)
        for column in join.take:
            if column in here:
                yield (
                    f"'take'{part} brings {column!r}, and the table has such a column: write "
                    f'{{ new_name = "{join.take[column]}" }}'
                )
        here |= dict.fromkeys(join.take)


def _column_problems(
    described: TableDescription, header: tuple[str, ...], at: str
) -> Iterator[str]:
    """Yield what is wrong with templates and conditions."""
    columns = columns_of(described, header)
    templates = {"unit": [described.unit], "years": described.years}
    templates["report_key"] = described.report_key
    for name, texts in templates.items():
        names = columns - {"report_key"} if name == "report_key" else columns
        yield from _template_problems(texts, names, f"'{name}'{at}")
    if described.assessments:
        own = columns - {"first_kind", "last_kind", "report_kind", "report_key"}
        part = f"'cycle' of [table.assessments]{at}"
        yield from _template_problems([described.assessments.cycle], own, part)
    for thing in described.things.values():
        part = f" of [table.things.{thing.name}]{at}"
        for name, text in (("key", thing.key), ("part", thing.part)):
            yield from _template_problems([text], columns, f"'{name}'{part}")
        yield from _template_problems(thing.values.values(), columns, f"'values'{part}")
        for column in thing.when:
            if column not in columns:
                yield _unknown("when", column, columns, part)


def _thing_problems(thing: ThingDefinition, model: Model, part: str) -> Iterator[str]:
    """Yield the class and the properties of a thing that the model does not have."""
    yield from _error_of(lambda: model.class_named(thing.class_name), f"'class'{part}")
    if thing.class_name in model.classes:
        for name, keys in (("links", thing.links), ("values", thing.values)):
            for key in keys:
                yield from _error_of(
                    lambda key=key: model.property(thing.class_name, key),  # type: ignore[misc]
                    f"'{name}'{part}",
                )


def _template_problems(texts: Iterable[str], columns: set[str], entry: str) -> Iterator[str]:
    for text in texts:
        yield from _error_of(lambda text=text: check_template(text, columns), entry)  # type: ignore[misc]


def _error_of(check: Callable[[], object], entry: str) -> Iterator[str]:
    """Yield what a check says of an entry, nothing where it passes."""
    try:
        check()
    except (SourceError, ModelError) as error:
        yield f"{entry}: {_sentence(error)}"


def _sentence(error: OgpldError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message


def _unknown(name: str, column: str, columns: Collection[str], part: str) -> str:
    near = closest(column, columns)
    meant = f"did you mean {near!r}?" if near else f"columns: {', '.join(sorted(columns))}"
    return f"{name!r}{part} names the unknown column {column!r} ({meant})"
