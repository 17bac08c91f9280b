"""CSVW metadata of a dataset's tables (W3C Tabular Data, Metadata Vocabulary for Tabular Data).

One document beside the tables, under the name a client looks for (`csv-metadata.json`). It says which
column is which property, what separates several values, and how keys become the IRIs of things. A column
whose cells would become other statements than those of the data makes none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ogpld.dumps.dump_cells import DumpColumn, DumpTable
from ogpld.dumps.tidy import NAME, Tidy
from ogpld.iris import Iris
from ogpld.model import Model, PropertyDef
from ogpld.model.tables import DATE_FORMS, is_text
from ogpld.rdf import CODE, XSD

FILE = "csv-metadata.json"
_DATES = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
#: XSD types that CSVW knows by the same name and that cells here have as they are.
_PLAIN = {"string", "integer", "boolean", "date", "gYear", "gYearMonth", "dateTime", "decimal"}


def table_group(
    tables: Iterable[DumpTable],
    tidy: Tidy | None,
    model: Model,
    iris: Iris,
    metadata: Mapping[str, str],
) -> bytes:
    """Return the metadata document.

    Args:
        tables: those that have rows.
        tidy: the tidy table, None where it has no rows.
        model: for ranges of properties.
        iris: the IRI policy.
        metadata: title, description and address of the licence, as `dc:title` and so on.
    """
    described = [_table(table, model, iris) for table in tables]
    if tidy is not None:
        described.append(_tidy(tidy, iris))
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        **metadata,
        "dc:license": {"@id": metadata["dc:license"]},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tables": described,
    }
    return (json.dumps(group, ensure_ascii=False, indent=1) + "\n").encode()


def _table(table: DumpTable, model: Model, iris: Iris) -> dict[str, Any]:
    definition = table.definition
    about = f"{iris.base}id/{definition.segment}/{{key}}" if definition.segment else "{+key}"
    columns: list[dict[str, Any]] = [
        {
            "name": "key",
            "titles": "key",
            "datatype": "string",
            "required": True,
            "suppressOutput": True,
        }
    ]
    columns += [describe_column(field, _template(field, model, iris)) for field in table.fields[1:]]
    columns.append(
        {
            "name": "type",
            "virtual": True,
            "propertyUrl": "rdf:type",
            "valueUrl": definition.iri,
        }
    )
    return {
        "url": f"{table.name}.csv",
        "dc:title": definition.label,
        "dc:description": definition.comment or definition.label,
        "tableSchema": {"aboutUrl": about, "primaryKey": "key", "columns": columns},
    }


def describe_column(field: DumpColumn, template: str) -> dict[str, Any]:
    """Return what the metadata says of a column.

    Args:
        field: the column.
        template: what makes an IRI of a cell with one value, where values are IRIs.

    Raises:
        ValueError: for `key`, which is no property.
    """
    definition = field.column.definition
    if definition is None:
        raise ValueError(field.name)
    column: dict[str, Any] = {
        "name": field.variable,
        "titles": field.name,
        "dc:description": definition.description or definition.name,
        "propertyUrl": definition.iri,
        "datatype": _datatype(definition),
    }
    if field.column.language:
        column["lang"] = field.column.language
    if field.separator:
        column["separator"] = field.separator
    if definition.links and not field.separator:
        column["valueUrl"] = template
    elif not _says_values(field, definition):
        column["suppressOutput"] = True
    return column


def _says_values(field: DumpColumn, definition: PropertyDef) -> bool:
    """Say whether CSVW makes of the cells the literals that the data has (CSV2RDF, section 4.6).

    A URI template takes a list of links for one value (RFC 6570, 3.2.1), a column has one datatype for all
    its cells, and a text in the language `und` becomes one without a language.
    """
    if is_text(definition):
        return field.column.language != "und"
    names = [XSD.local(datatype) for datatype in definition.datatypes]
    return len(names) == 1 and names[0] in _PLAIN


def _datatype(definition: PropertyDef) -> Any:
    if len(DATE_FORMS.keys() & set(definition.datatypes)) > 1:
        return {"base": "string", "format": _DATES}
    name = XSD.local(definition.datatypes[0]) if definition.datatypes else ""
    return name if name in _PLAIN else "string"


def _template(field: DumpColumn, model: Model, iris: Iris) -> str:
    """Return the template that makes an IRI of a cell of a dumped table, "" where values are literals."""
    definition = field.column.definition
    if definition is None or not definition.links:
        return ""
    thing = model.by_class_iri.get(definition.thing)
    if definition.codes:
        return (
            f"{CODE.iri}{definition.scheme}/{{{field.variable}}}"
            if definition.scheme
            else (f"{CODE.iri}{{+{field.variable}}}")
        )
    if thing is not None and thing.segment:
        return f"{iris.base}id/{thing.segment}/{{{field.variable}}}"
    return f"{{+{field.variable}}}"


def _tidy(tidy: Tidy, iris: Iris) -> dict[str, Any]:
    columns = []
    for tidy_column in tidy.columns:
        column: dict[str, Any] = {
            "name": tidy_column.name,
            "titles": tidy_column.name,
            "dc:description": tidy_column.description,
            "datatype": "integer" if tidy_column.integer else "string",
        }
        if tidy_column.name == "plan":
            column["separator"] = tidy.separator
        column["required"] = tidy_column.name in {"commitment", "assessment"}
        columns.append(column)
    return {
        "url": f"{NAME}.csv",
        "dc:title": "Commitments by assessment",
        "dc:description": "One row per commitment, indicator and report; with labels.",
        "suppressOutput": True,  # a view: the statements are those of the other tables
        "tableSchema": {
            "aboutUrl": f"{iris.base}id/assessment/{{assessment}}",
            "primaryKey": "assessment",
            "columns": columns,
        },
    }
