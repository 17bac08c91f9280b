"""Signs of a contact person are found, names of bodies and numbers of laws are let pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.running import ROOT

from ogpld.sources.contact import contact_data

PERSONS = [
    "Ministry of Justice, anna.example@just.example",
    "Anna Example, email: [email], tel: [phone]",
    "Office, tel. 612 3456",
    "Office (+372 612 3456)",
    "Office 00372 6123456",
    "Ms. Anna Example - member of the forum",
    "Mr.Example, Council",
    "Council (Dr Anna Example)",
    "Dionisio Example, Ph.D. - Chief of Staff",
    "Hon Anna Example, Minister",
    "press©office.example",
    "E-mail: press",
]
BODIES = [
    "Ministry of Digital Governance; bodies within the scope of Law 4873/2021",
    "Commission for Human Rights and Missing Persons",
    "National Drug Agency, Honduras Office, Mission Control",
    "1. Department of Finance 2. Bureau of the Treasury 3. Commission on Audit",
    "Juzgados 10 y 13 PCyF",
    "Decree 12-45 of 2016, 2016-2018",
    "Mozambique telephone company",
    "Philippine National Police, Phnom Penh",
]


@pytest.mark.parametrize("text", PERSONS)
def test_a_sign_is_found(text: str) -> None:
    """A sign of contact data is found and named, so that the report can say why."""
    assert contact_data(text)


@pytest.mark.parametrize("character", ["\u200b", "\xad", "\u2060"])
def test_characters_nobody_sees_hide_no_sign(character: str) -> None:
    """Zero-width characters, soft hyphens and joiners within an address."""
    assert contact_data(f"anna@{character}just{character}.{character}example")


@pytest.mark.parametrize("text", BODIES)
def test_bodies_and_laws_pass(text: str) -> None:
    """A number alone is no telephone, a title inside a word is none."""
    assert contact_data(text) == ""


def gate_patterns(root: Path) -> list[re.Pattern[str]]:
    """Return the patterns with which the gate refuses texts."""
    text = (root / "shapes/contact-data.ttl").read_text(encoding="utf-8")
    patterns = re.findall(r'sh:pattern "([^"]+)"( ; sh:flags "i")?', text)
    return [re.compile(p, re.IGNORECASE if flags else 0) for p, flags in patterns]


PATTERNS = gate_patterns(ROOT)
PIECES = st.sampled_from(
    [
        "tel",
        "mob: ",
        "fax.",
        "+",
        "00",
        "@",
        "a",
        "x.example",
        " ",
        "(",
        "612 345",
        "7",
        "/",
        "mail",
        "-",
    ]
)


@given(st.lists(PIECES, max_size=9).map("".join))
def test_what_passes_here_passes_the_gate(text: str) -> None:
    """The patterns here are wider than those of the shapes."""
    assert len(PATTERNS) == 3
    if not contact_data(text):
        assert not any(pattern.search(text) for pattern in PATTERNS), text
