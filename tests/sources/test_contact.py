"""Signs of a contact person are found, names of bodies and numbers of laws are let pass."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Namespace
from support.running import ROOT

from ogpld.sources import contact
from ogpld.sources.contact import contact_data

LOOK_ALIKES = [
    "jaan.tamm@jõgeva.ee",
    "иван@пример.рф",
    "x@例え。日本",
    "jaan.tamm\uff20example.ee",
    "jaan\ufe6bexample\uff0eee",
    "jaan.tamm (at) example.ee",
    "jaan.tamm\uff08at\uff09example.ee",
    "jaan [at] example [dot] ee",
    "JAAN(AT)EXAMPLE.EE",
    "jaan_tamm at example dot ee",
    "jaan1 at gmail dot com",
    "jaan.tamm at gmail dot com",
    "jaan.tamm at just dot gov dot ee",
    "jaan@example (dot) ee",
    "jaan @ just.example",
    "jaan&#64;example.ee",
    "anna@\u200bjust\u200b.example",
    "(372) 6125 000",
    "(372)6125000",
    "(372) 612-5000",
    "(372) 612 50 00",
    "(44) 20 7946 0958",
    "(33) 1 42 75 80 00",
    "(7) 495 123 45 67",
    "(202) 555-0143",
    "(020) 7946 0958",
    "(01) 42 75 80 00",
    "[+372] 612 5000",
    "+(372) 6125 000",
    "(00372) 6125 000",
    "GSM +372 5123 456",
    "gsm: 0495 12 34 56",
    "tel. \uff16\uff11\uff12\uff13\uff14\uff15\uff16",
    "\uff0b\uff13\uff17\uff12 \uff16\uff11\uff12\uff15 \uff10\uff10\uff10",
    "+372\u00a06125\u00a0000",
    "Тел. (495) 123-45-67",
    "ტელ. 599 12 34 56",
    "დავით კვარაცხელია, მობ: 599123456",
    "მობილური 599 12 34 56",
    "Fono: 2 2345 6789",
    "cel. 912345678",
    "Cel 9 1234 5678",
    "celular 300 123 4567",
    "móvil: 612 34 56 78",
    "telf. 02 234 5678",
    "Tfno. 912 34 56 78",
    "հեռ\u2024 010 515 750",
    "բջջ. 091 23 45 67",
    "моб. 067 123 45 67",
    "факс: 495 123 45 67",
    "тлф 123 45 67",
    "τηλέφωνο 210 123 4567",
    "κιν. 6912 345 678",
    "tlf. 22 24 90 90",
    "puh. 09 123 4567",
    "tālr. 67012345",
    "mobil 0701-23 45 67",
    "الهاتف: 06 123 4567",
    "טל. 02-123-4567",
    "전화: 02-123-4567",
    "моб. 8 903 123-45-67",
    "WhatsApp 593 99 123 4567",
    "Celular 9 8765-4321",
    "cel: (0981) 123 456",
    "mobil 22 24 90 90",
]
NUMBERS = [
    "at example, published at example.org",
    "look at this (point) and at red dot gallery",
    "Austria (AT) e.g. this; Austria (AT), Belgium (BE)",
    "see https://medium.com/@user/x and follow @opengov today",
    "5 @ 3.50",
    "(2014) 2016 000",
    "(12) 250 000 EUR, (1) 250 000, a budget of (100) 250 000",
    "(17) 2014-2016, (17) 1998 2016, art. 5 (12) 2014 2016",
    "ISBN 978-9949-01-234-5, Q217799, EE0057 (2014) 3.1",
    "(2) 12.10.2014, (25) 01.01.2014-31.12.2016, resolution (14) 12/2016",
    "Показател 2012-2014",
    "учител 25 000",
    "потребител 1 000 000 лв",
    "hôtel 250 000",
    "GSM 900/1800 networks, GSM (900/1800), GSM: 900/1800",
    "look at the dot map, stop at red dot or there; in 2014 at the dot map",
    "The end. At the dot map, met at 10 dot five",
    "available at data dot gov or at data (dot) gov",
    "(1) 1500000 EUR, (1) 12000000 EUR, (02) 1234567, Law (2) 2345678",
    "Twitter @opengovpart.” or x@opengovpart.”",
    "00:30, 1 250 000, 4873/2021, 1.2.3",
    "Gobierno móvil 2015-2018, Plan móvil 2.0 2014-2016, móvil 25 000 000",
    "Cel: 100 000 odbiorców, cel 2014-2016, cel 3, cel nr 12 345",
    "telefonía celular 2014, a 250 000 celulares 2015-2016",
    "loi numéro 2016-1321, numéro 2014 025",
    "Crear un canal de WhatsApp: 15 000 usuarios",
    "Canal de WhatsApp: 15000000 usuarios, 2500-3000 personas, 1 250 000",
    "Línea WhatsApp 24/7 (2021)",
    "Grupo de WhatsApp (2020-2021)",
    "تطبيق الهاتف الجوال 2020-2022",
    "моб. 2020-2022",
    "მობ. 2020-2022 აპლიკაცია",
    "Puh. 2020-2021",
    "puh 250 000 eurot",
    "fono 2021 2022",
    "Portal mobil 01.03.2023 tarihinde, mobil 12.10.20-11.10.22",
    "móvil 01/01/2020, móvil 03/2020",
    "Cel 1 2500-3000 osób, cel 2 1234-1501",
    "Cel 1 10 20 30, cel 1 2500000 zł, cel 3 100-1500 osób",
    "мобилен 2020-2022, τηλ, კარტელ 2014 2016, teletel",
]
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
    *LOOK_ALIKES,
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
    "Photo © UNDP.”",
    *NUMBERS,
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
    """Return the patterns with which the gate refuses texts: those of XPath that Python takes alike."""
    shapes, shacl = Graph(), Namespace("http://www.w3.org/ns/shacl#")
    shapes.parse(root / "shapes/contact-data.ttl", format="turtle")
    return [
        re.compile(str(text), re.IGNORECASE if shapes.value(node, shacl.flags) else 0)
        for node, text in shapes.subject_objects(shacl.pattern)
    ]


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
        " at ",
        "(at)",
        "[dot]",
        " dot ",
        "\uff20",
        "\uff0e",
        "õ",
        "(372) ",
        "6125",
        "1",
        "gsm ",
        "cel. ",
        "whatsapp ",
        "моб. ",
        "01.03.2023",
        "2500-3000",
        "móvil ",
        "ტელ. ",
        "հեռ\u2024 ",
        "נייד: ",
        "9 1234 5678",
        "123",
        "\u0430",
        "тел. ",
        "©",
        "。",
        "”",
        "a.b at ",
        "com",
    ]
)


@given(st.lists(PIECES, max_size=9).map("".join))
def test_what_passes_here_passes_the_gate(text: str) -> None:
    """The patterns here are wider than those of the shapes."""
    assert len(PATTERNS) == 11
    if not contact_data(text):
        assert not any(pattern.search(text) for pattern in PATTERNS), text


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_people_read_as_an_address_or_number_is_refused(text: str) -> None:
    """Domains and signs in any form, at and dot in words, codes in brackets: by the gate too."""
    assert any(pattern.search(text) for pattern in PATTERNS)


@pytest.mark.parametrize("text", NUMBERS)
def test_prose_and_numbers_pass_the_gate(text: str) -> None:
    """Sums, years, dates, book numbers and web addresses."""
    assert not any(pattern.search(text) for pattern in PATTERNS)


#: Begins that a pattern goes on from, and what is then repeated: separators, and what stands between them.
BEGINS = ["", "a@", "a at ", "a.b at ", "a (at) ", "tel", "+1", "(1) ", "(372) 1"]
SIGNS = [
    *"a1. ()[]{}@©+-/'_:&;",
    *"\u3002\uff61\uff0e\u2024\ufe52\uff20\uff08\uff09",
    " dot ",
    " at ",
    "(dot)",
    "00",
    "tel",
]
HOSTILE = """
import itertools
from ogpld.sources import contact
from ogpld.sources.contact import contact_data
from support.running import ROOT
from test_contact import BEGINS, SIGNS, gate_patterns
patterns = gate_patterns(ROOT)
fills = [(sign * 20_000)[:20_000] for sign in SIGNS]
fills += [one + other * 10_000 for one in BEGINS for other in ("a\u3002", "a.", "©a", "@a", "\uff08a", "a dot ", "a1")]
fills += [pair * 60 for pair in map("".join, itertools.permutations(SIGNS, 2))]
for begin, fill in itertools.product(BEGINS, fills):
    contact_data(begin + fill)
    for pattern in patterns:
        pattern.search(begin + fill)
"""


@pytest.mark.parametrize("reason", contact.SIGNS)
@given(data=st.data())
def test_what_a_sign_needs_is_there_wherever_the_sign_is(reason: str, data: st.DataObject) -> None:
    """Looking for less first passes over no text: whatever an expression takes is found."""
    sign = contact.SIGNS[reason]
    prose = st.text(st.sampled_from("ab .@(1+İı\n"), max_size=6)
    text = data.draw(prose) + data.draw(st.from_regex(sign)) + data.draw(prose)
    seen = "".join(c for c in normalize("NFKC", text) if c.isprintable() or c.isspace())
    if sign.search(seen):
        assert contact_data(text)


def test_no_repetition_takes_long() -> None:
    """No part of a pattern overlaps what separates it: 30 signs would take a minute, and 20 000 an hour."""
    here = Path(__file__).parent
    places = f"import sys; sys.path[:0] = {[str(here), str(here.parent), str(ROOT)]!r}"
    subprocess.run([sys.executable, "-c", places + HOSTILE], check=True, timeout=300)
