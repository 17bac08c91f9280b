"""Ontology, shapes and code lists that contradict each other are refused with the place."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support.running import ROOT

from ogpld.errors import ModelError
from ogpld.model import load_model
from ogpld.model.context import make_context


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the folders of ontology and shapes."""
    return (
        shutil.copytree(ROOT / "ontology", tmp_path / "ontology"),
        shutil.copytree(ROOT / "shapes", tmp_path / "shapes"),
    )


def rewrite(file: Path, pattern: str, text: str) -> None:
    """Put a text in the place of the first match of a pattern (multi-line)."""
    before = file.read_text(encoding="utf-8")
    after = re.sub(pattern, text, before, count=1, flags=re.MULTILINE)
    assert after != before
    file.write_text(after, encoding="utf-8")


def refusal(folders: tuple[Path, Path]) -> str:
    """Return what is said of the model."""
    with pytest.raises(ModelError) as error:
        load_model(*folders)
    return f"{error.value.where}: {error.value.message}"


def test_a_list_without_its_shape(folders: tuple[Path, Path]) -> None:
    """A shape that is named and not there would make every value valid."""
    rewrite(folders[1] / "codes.ttl", r"^ogpldsh:in-completion a [^@]+@en \.\n", "")
    answer = refusal(folders)
    assert re.fullmatch(r"\w+\.ttl, line \d+: there is no shape ogpldsh:in-completion, .*", answer)


def test_a_property_shape_that_is_not_there(folders: tuple[Path, Path]) -> None:
    """The same of any shape that another names."""
    rewrite(
        folders[1] / "action-plan.ttl",
        r"sh:property\s+",
        "sh:property ogpldsh:ActionPlan-mistyped , ",
    )
    assert "there is no shape ogpldsh:ActionPlan-mistyped" in refusal(folders)


def test_a_shape_of_another_list(folders: tuple[Path, Path]) -> None:
    """Its values would be of the other list."""
    rewrite(folders[1] / "codes.ttl", r"(in-completion-scheme a .*code/)completion>", r"\1phase>")
    answer = refusal(folders)
    assert answer.startswith("codes.ttl, line ")
    assert "in-completion does not ask for codes of the list completion" in answer


def test_a_shape_without_its_list(folders: tuple[Path, Path]) -> None:
    """A list that is not in the index was a KeyError of whoever looked it up."""
    rewrite(folders[0] / "codelists/index.csv", r"^report-type,.*\n", "")
    assert "has codes of a list report-type, which index.csv has not" in refusal(folders)


@pytest.mark.parametrize("text", ["Yes", "true", "", "ja"])
def test_whether_a_list_is_complete_is_yes_or_no(folders: tuple[Path, Path], text: str) -> None:
    """Anything else would be a no that nobody said."""
    rewrite(folders[0] / "codelists/index.csv", r"^(region,.*,Code,)yes,", rf"\1{text},")
    assert refusal(folders) == f"index.csv, row 3, column closed: {text!r} is none of yes, no"


@pytest.mark.parametrize(
    ("pattern", "text", "answer"),
    [
        (r"^(region,.*,)Code,", r"\1Codes,", "'Codes' is none of Code, Indicator, IndicatorWindow"),
        (r",closed,", ",complete,", "the table has no column closed"),
    ],
)
def test_an_index_that_cannot_be_read(
    folders: tuple[Path, Path], pattern: str, text: str, answer: str
) -> None:
    """A class or a column that is mistyped is named."""
    rewrite(folders[0] / "codelists/index.csv", pattern, text)
    assert answer in refusal(folders)


@pytest.mark.parametrize(
    ("file", "pattern", "text", "answer"),
    [
        (
            "indicator.csv",
            r"^(specificity,Specificity,.*,)specificity,Commitment",
            r"\1yesno,Commitment",
            "indicator.csv, row 2: there is no code list yesno",
        ),
        (
            "indicator-window.csv",
            r",specificity,design,irm,",
            ",specificity,desing,irm,",
            "indicator-window.csv, row 2: there is no code phase/desing",
        ),
    ],
)
def test_a_code_that_points_at_none(
    folders: tuple[Path, Path], file: str, pattern: str, text: str, answer: str
) -> None:
    """Lists and codes that a cell names have to be there."""
    rewrite(folders[0] / "codelists" / file, pattern, text)
    assert refusal(folders) == answer


def test_off_the_scale_is_what_the_statement_says(folders: tuple[Path, Path]) -> None:
    """`false` is no `true`."""
    rewrite(folders[0] / "codelists/completion.csv", r"^(withdrawn,Withdrawn,,,0,)true", r"\1false")
    code = load_model(*folders).schemes["completion"].find("withdrawn")
    assert code is not None
    assert not code.off_scale


def test_a_key_of_two_datatypes(folders: tuple[Path, Path]) -> None:
    """A key has one datatype; of two, one was chosen by its name."""
    rewrite(
        folders[1] / "action-plan.ttl",
        r"sh:property\s+",
        "sh:property [ sh:path ogpld:made ; sh:or ( [ sh:datatype xsd:dateTime ] [ sh:datatype xsd:anyURI ] ) ] , ",
    )
    with (folders[0] / "ogp.ttl").open("a", encoding="utf-8") as file:
        file.write("\nogpld:made a owl:DatatypeProperty .\n")
    with pytest.raises(ModelError, match="'made' would have values of several datatypes"):
        make_context(load_model(*folders))
