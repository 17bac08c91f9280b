"""A list, or a page of one, as CSV (RFC 4180): a row a thing, a column a property in the order of shapes.

The columns are those of the whole class whatever the page or the filter, so pages can be joined. Several
values in a cell are separated as in the tables of dumps: keys and codes by `;`, all else by strokes between
blanks, more of them than any value of the list has. The metadata beside the table (CSVW) says which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from ogpld.csv_rows import csv_text
from ogpld.dumps.content import Content
from ogpld.dumps.csvw import describe_column
from ogpld.dumps.dump_cells import DumpColumn, column_separator
from ogpld.model import ClassDef
from ogpld.model.tables import TableColumn, is_text, properties_by_key
from ogpld.queries import bind, load
from ogpld.rdf import CODE, RDFS, SKOS, Literal, NamedNode, Triple, read_triples, term_text
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.lists.list_index import ask, by_language, class_of, first_label
from ogpld.web.lists.selection import Selection, statements

_LABEL = RDFS("label").value
#: The columns in front of those of the class.
HEAD = ("key", "id", "label")


def columns(serving: OpenRelease, name: str) -> Sequence[DumpColumn]:
    """Return the columns of a class, a text's one for each language that any of its things has."""

    def read() -> Sequence[DumpColumn]:
        definition = class_of(serving, name)
        spoken: dict[str, set[str]] = {}
        text = bind(load("languages"), kind=NamedNode(definition.iri))
        for property_iri, language in ask(serving, text):
            spoken.setdefault(property_iri, set()).add(language)
        fields: list[TableColumn] = []
        for key, definition_of_key in properties_by_key(serving.model, definition).items():
            if is_text(definition_of_key):
                tags = sorted(spoken.get(definition_of_key.iri, {"en"}), key=by_language)
                fields += [TableColumn(f"{key}@{tag}", definition_of_key, tag) for tag in tags]
            else:
                fields.append(TableColumn(key, definition_of_key))
        content = _content(serving, definition)
        return tuple(DumpColumn(c, column_separator(serving.model, c, content)) for c in fields)

    return serving.cached(("columns", name), read)


def _content(serving: OpenRelease, definition: ClassDef) -> Content:
    """Return what the values of a class's things hold of what could separate them."""
    kind, things = NamedNode(definition.iri), f"{serving.iris.base}id/"
    content = Content(things)
    for property_iri, language, text in ask(serving, bind(load("strokes"), kind=kind)):
        content.note_strokes(property_iri, language, text)
    text = bind(load("addresses"), kind=kind, things=Literal(things), codes=Literal(CODE.iri))
    content.addresses.update(property_iri for (property_iri,) in ask(serving, text))
    return content


def write_metadata(serving: OpenRelease, name: str, segment: str) -> bytes:
    """Return what CSV on the Web has to know of the table: columns, languages, separators."""
    head = [
        {"name": title, "titles": title, "datatype": "string", "suppressOutput": True}
        for title in HEAD
    ]
    described = [
        describe_column(field, f"{_beginning(serving, field)}{{+{field.variable}}}")
        for field in columns(serving, name)
    ]
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{segment}.csv" + (f"?type={name}" if name != segment else ""),
        "dc:title": class_of(serving, name).label,
        "tableSchema": {"aboutUrl": "{+id}", "primaryKey": "id", "columns": [*head, *described]},
    }
    return (json.dumps(metadata, ensure_ascii=False, indent=1) + "\n").encode()


def write_table(serving: OpenRelease, selection: Selection, *, header: bool = True) -> bytes:
    """Return the rows of a page, with or without their header."""
    fields = columns(serving, selection.list_request.name)
    names = [[*HEAD, *(column.name for column in fields)]] if header else []
    rows = (cells for cells, _ in table_rows(serving, selection))
    return csv_text(chain(names, rows), "\r\n").encode()


def table_rows(
    serving: OpenRelease, selection: Selection
) -> Iterator[tuple[list[str], Mapping[str, Sequence[Triple]]]]:
    """Yield the cells of each thing of a page, with its statements by property."""
    fields = columns(serving, selection.list_request.name)
    beginnings = [_beginning(serving, field) for field in fields]
    by_thing: dict[str, dict[str, list[Triple]]] = {}
    for triple in read_triples(statements(serving, selection.page)):
        by_property = by_thing.setdefault(term_text(triple.subject), {})
        by_property.setdefault(triple.predicate.value, []).append(triple)
    for thing in selection.page:
        properties = by_thing[thing]
        head = [thing.rpartition("/")[2], thing, _label(properties.get(_LABEL, ()))]
        cells = (
            _cell(field, beginning, properties)
            for field, beginning in zip(fields, beginnings, strict=True)
        )
        yield [*head, *cells], properties


def _label(triples: Sequence[Triple]) -> str:
    """Return what a thing is called, English first."""
    terms = [t.object for t in triples if isinstance(t.object, Literal)]
    return first_label((t.value, t.language or "") for t in terms)[0] if terms else ""


def _cell(field: DumpColumn, beginning: str, properties: Mapping[str, Sequence[Triple]]) -> str:
    definition, language = field.column.definition, field.column.language
    assert definition is not None  # noqa: S101  (only `key` has none, and it stands in the head)
    terms = [triple.object for triple in properties.get(definition.iri, ())]
    if language:
        texts = [t.value for t in terms if isinstance(t, Literal) and t.language == language]
    else:
        texts = [term_text(term).removeprefix(beginning) for term in terms]
    return (field.separator or " | ").join(sorted(texts))


def _beginning(serving: OpenRelease, field: DumpColumn) -> str:
    """Return what the IRIs of a column begin with and its cells leave out, "" where cells have all of it.

    Cells are notations of codes or keys of things; with the code list before them, or the path of the class,
    where a column has those of several.
    """
    definition = field.column.definition
    if definition is None or not definition.links:
        return ""
    if definition.codes:
        return f"{CODE.iri}{definition.scheme}/" if definition.scheme else CODE.iri
    if definition.thing == SKOS("ConceptScheme").value:
        return CODE.iri
    classes = [serving.model.by_class_iri.get(iri) for iri in definition.things]
    segments = {c.segment if c else "" for c in classes}
    if not segments or "" in segments:
        return ""
    return f"{serving.iris.base}id/" + (f"{segments.pop()}/" if len(segments) == 1 else "")
