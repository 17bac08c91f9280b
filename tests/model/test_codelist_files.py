"""Code lists are CSV files as programs end them; what cannot be seen in a code is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.running import ROOT

from ogpld.errors import ModelError
from ogpld.model import load_model


@pytest.fixture
def ontology(tmp_path: Path) -> Path:
    """A copy of the ontology folder."""
    return shutil.copytree(ROOT / "ontology", tmp_path / "ontology")


def test_code_lists_end_as_other_tables_do(ontology: Path) -> None:
    """A byte order mark, blank lines, separators alone, an empty last column: the same codes."""
    file = ontology / "codelists" / "phase.csv"
    text = file.read_text("utf-8")
    header, *rows = text.splitlines()
    lines = [f"{header},", *(f"{row}," for row in rows), "," * header.count(","), "", ""]
    file.write_text("\ufeff" + "\r\n".join(lines), "utf-8", newline="")
    shapes = ROOT / "shapes"
    same = load_model(ROOT / "ontology", shapes).schemes["phase"].codes
    assert load_model(ontology, shapes).schemes["phase"].codes == same


@pytest.mark.parametrize("character", ["\u200b", "\u00a0", "\x01"])
def test_a_code_with_an_invisible_character_is_refused(ontology: Path, character: str) -> None:
    """An invisible character in a code is refused with its row, because the code would differ from the printed one."""
    file = ontology / "codelists" / "phase.csv"
    header, first, *rows = file.read_text("utf-8").splitlines()
    notation, comma, rest = first.partition(",")
    file.write_text("\n".join([header, f"{notation}{character}x{comma}{rest}", *rows]), "utf-8")
    with pytest.raises(ModelError, match=rf"row 2.*U\+{ord(character):04X}"):
        load_model(ontology, ROOT / "shapes")


def test_labels_may_have_the_blanks_of_their_language(ontology: Path) -> None:
    """A no-break blank in a label is no fault."""
    file = ontology / "codelists" / "phase.csv"
    file.write_text(file.read_text("utf-8").replace("Design", "De\u00a0sign", 1), "utf-8")
    codes = load_model(ontology, ROOT / "shapes").schemes["phase"].codes
    assert codes[0].label == "De\u00a0sign"
