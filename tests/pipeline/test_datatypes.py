"""A property of any datatype that shapes may use is filled through mapping and template alike."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.running import ROOT
from support.small_data import small_source, template_table

from ogpld.config import Settings
from ogpld.errors import ModelError
from ogpld.model.literal_forms import FORMS
from ogpld.pipeline import Inputs, publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.rdf import XSD

#: By datatype: a cell, and what of it is published.
CELLS = {
    **dict.fromkeys(FORMS, ("7", "7")),
    "decimal": ("01.50", "1.5"),
    "double": ("1.5e3", "1500"),
    "float": ("0.10", "0.1"),
    "boolean": ("yes", "true"),
    "date": ("2024-02-29", "2024-02-29"),
    "gYear": ("2024", "2024"),
    "gYearMonth": ("2024-02", "2024-02"),
    "gMonthDay": ("--02-29", "--02-29"),
    "gMonth": ("--02", "--02"),
    "gDay": ("---29", "---29"),
    "dateTime": ("2024-02-29T09:30:00", "2024-02-29T09:30:00"),
    "time": ("09:30:00", "09:30:00"),
    "duration": ("P18M", "P1Y6M"),
    "yearMonthDuration": ("P18M", "P1Y6M"),
    "dayTimeDuration": ("PT36H", "P1DT12H"),
    "anyURI": ("https://x.example/", "https://x.example/"),
    "language": ("et", "et"),
    **dict.fromkeys(("string", "normalizedString", "token"), ("as printed", "as printed")),
    **dict.fromkeys(("Name", "NCName"), ("word", "word")),
    **dict.fromkeys(("nonPositiveInteger", "negativeInteger"), ("-7", "-7")),
    "hexBinary": ("0a", "0A"),
    "base64Binary": ("AAA=", "AAA="),
}


def with_datatypes(folder: Path, *datatypes: str) -> tuple[Path, Path]:
    """Copy ontology and shapes, with a property of institutions for each datatype."""
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    ontology, shapes = folder / "ontology/ogp.ttl", folder / "shapes/institution.ttl"
    terms, properties, names = [ontology.read_text()], [], []
    for at, datatype in enumerate(datatypes):
        local = datatype.rpartition("#")[2]
        names.append(f"ogpldsh:Institution-a{local}")
        terms.append(
            f"\nogpld:a{local} a owl:DatatypeProperty ; rdfs:isDefinedBy <https://w3id.org/ogpld/ns#> ;\n"
            f'  rdfs:label "a {local}"@en ; rdfs:comment "Invented for a test."@en ;\n'
            f"  schema:domainIncludes ogpld:Institution ; rdfs:range <{datatype}> .\n"
        )
        properties.append(
            f"\n{names[-1]} a sh:PropertyShape ; sh:path ogpld:a{local} ;\n"
            f'  sh:name "A {local}"@en ; sh:description "Invented for a test."@en ;\n'
            f"  sh:group ogpldsh:group-identification ; sh:order {200 + at} ;\n"
            f'  sh:datatype <{datatype}> ; sh:maxCount 1 ; sh:message "The {local} is none."@en .\n'
        )
    ontology.write_text("".join(terms))
    text = shapes.read_text().replace("sh:property", f"sh:property {' , '.join(names)} ,", 1)
    shapes.write_text(text + "".join(properties))
    return folder / "ontology", folder / "shapes"


def publish(folder: Path, ontology: Path, shapes: Path) -> tuple[str, str]:
    """Build; return the quads and the findings."""
    inputs = Inputs(data=folder / "data", ontology=ontology, shapes=shapes)
    result = publish_sources(inputs, Settings(home=folder / "home"), Progress())
    report = result.report.as_text(worst_only=True) if result.report else ""
    lines = b"".join(result.release.lines()).decode() if result.release else ""
    return lines, report


def test_every_datatype_is_filled_by_mapping_and_template(tmp_path: Path) -> None:
    """In the form that is published, with its own datatype."""
    ontology, shapes = with_datatypes(tmp_path, *(XSD(name).value for name in FORMS))
    header = ",".join(f"a{name}" for name in FORMS)
    cells = ",".join(CELLS[name][0] for name in FORMS)
    start = "prefLabel@en,classification,source"
    mapping = "table,column,thing,term,how,note\nm.csv,key,body,,key,\n" + (
        "m.csv,prefLabel@en,body,prefLabel,text:en,\nm.csv,classification,body,classification,code,\n"
        "m.csv,source,body,source,iri,\n" + "".join(f"m.csv,a{n},body,a{n},value,\n" for n in FORMS)
    )
    table = f"key,{start},{header}\n{{key}},One,agency,https://x.example/,{cells}\n"
    small_source(
        tmp_path / "data",
        "mine",
        template_table("t.csv", "t")
        + '[[table]]\nfile = "m.csv"\nunit = "m"\n'
        + '[table.things.body]\nclass = "Institution"\nkey = "{key}"\n',
        t__csv=table.format(key="T-1"),
        m__csv=table.format(key="M-1"),
        mapping__csv=mapping,
    )
    lines, report = publish(tmp_path, ontology, shapes)
    assert lines, report
    for name, (_, form) in CELLS.items():
        for key in ("T-1", "M-1"):
            subject = f"<http://localhost:8000/id/institution/{key}>"
            value = f'"{form}"' if name == "string" else f'"{form}"^^<{XSD(name).value}>'
            assert f"{subject} <https://w3id.org/ogpld/ns#a{name}> {value} <" in lines, name


def test_a_number_of_a_workbook_counts_as_stored(tmp_path: Path) -> None:
    """Not as its cell shows it: 1.5 shown as 2, 0.25 shown as 25 %."""
    ontology, shapes = with_datatypes(tmp_path, XSD("decimal").value, XSD("double").value)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Institution"
    sheet.append(["key", "prefLabel@en", "classification", "source", "adecimal", "adouble"])
    sheet.append(["A-1", "One", "agency", "https://x.example/", 1.5, 0.25])
    sheet["E2"].number_format, sheet["F2"].number_format = "0", "0%"
    stream = io.BytesIO()
    book.save(stream)
    small_source(
        tmp_path / "data", "mine", template_table("t.xlsx", "t"), t__xlsx=stream.getvalue()
    )
    lines, report = publish(tmp_path, ontology, shapes)
    assert f'ns#adecimal> "1.5"^^<{XSD("decimal").value}>' in lines, report
    assert f'ns#adouble> "0.25"^^<{XSD("double").value}>' in lines


@pytest.mark.parametrize("cell", ['"1,5"', "1 000", "about 5", "\uff11.5", "1.5e3"])
def test_a_number_that_is_none_has_its_place(tmp_path: Path, cell: str) -> None:
    """File, row, column, and what to write."""
    ontology, shapes = with_datatypes(tmp_path, XSD("decimal").value)
    small_source(
        tmp_path / "data",
        "mine",
        template_table("t.csv", "t"),
        t__csv="key,prefLabel@en,classification,source,adecimal\n"
        f"A-1,One,agency,https://x.example/,{cell}\n",
    )
    lines, report = publish(tmp_path, ontology, shapes)
    assert not lines
    assert "t.csv, row 2, column adecimal" in report
    assert "is not a number" in report or "digits of another script" in report
    assert "write a number with a point, as in 1234.5" in report


def test_a_datatype_no_table_can_fill_stops_the_build(tmp_path: Path) -> None:
    """With the property's name, before a row is read."""
    ontology, shapes = with_datatypes(tmp_path, XSD("QName").value)
    small_source(
        tmp_path / "data",
        "mine",
        template_table("t.csv", "t"),
        t__csv="key,prefLabel@en,classification,source,aQName\nA-1,One,agency,https://x.example/,a:b\n",
    )
    with pytest.raises(ModelError, match=r"'A QName' .*no table can fill"):
        publish(tmp_path, ontology, shapes)
