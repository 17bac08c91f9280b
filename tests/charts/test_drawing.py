"""Bars as they are drawn: nothing covers a label, nothing unknown is hidden, colours are those of the pages."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from importlib import resources
from xml.etree import ElementTree as ET

import pytest

from ogpld.charts.bars import Bar, Segment, description, draw, inline, wrapped
from ogpld.charts.palette import COLOURS, GRADES, INK, PAGE
from ogpld.charts.png import paint
from ogpld.charts.standalone import WIDTH, Caption, standalone
from ogpld.model import Model
from ogpld.rdf import CODE
from ogpld.statistics import UNKNOWN_GRADE, GradeName, measures_of

_BARS = [
    Bar(
        "2012",
        (
            Segment("Complete", "grade-completion-complete", 30),
            Segment("Unknown", "grade-unknown", 1),
        ),
    ),
    Bar(
        "A name <that> is long & has many words, more than a line has " * 2,
        (Segment("Unknown", "grade-unknown", 2),),
    ),
    Bar("None", ()),
]
_CAPTION = Caption(
    "Title & more",
    "About.",
    ("* Not for shares.",),
    "Source",
    "1-abc",
    "2026-11-29",
    "CC BY",
    "https://x.example/",
)


def _boxes(text: str) -> tuple[list[tuple[float, float]], list[float]]:
    """Return top and bottom of each bar, and the baseline of each label."""
    rects = [
        (float(y), float(y) + float(h))
        for y, h in re.findall(r'<rect [^>]*?y="(\d+)" width="[^"]*" height="(\d+)"', text)
    ]
    labels = [float(y) for y in re.findall(r'<text(?: class="\w+")?(?: x="100%")? y="(\d+)"', text)]
    return rects, labels


def test_no_label_is_on_a_bar() -> None:
    """The lines of text are above bars, at whatever width; only numbers are on them."""
    rects, labels = _boxes(draw(_BARS, "x").elements)
    assert len(rects) == 4
    assert len(labels) >= 6
    for top, bottom in rects:
        assert all(label + 4 <= top or label - 11 >= bottom for label in labels)


def test_what_is_unknown_is_drawn_and_counted() -> None:
    """Hatched, with its number in the line above, however few there are."""
    text = draw(_BARS, "x").elements
    assert 'fill="url(#x-unknown)"' in text
    assert "31 commitments · 1 unknown" in text
    unknown = re.search(r'<g class="grade-unknown"[^>]*>(.*?)</g>', text)
    assert unknown is not None
    assert unknown[1].count("<rect") == 2


def test_numbers_stand_where_there_is_room() -> None:
    """A number is on its part, if that is wide enough for its letters."""
    wide = Bar(
        "x",
        (
            Segment("a", "grade-completion-complete", 96),
            Segment("b", "grade-completion-limited", 4),
        ),
    )
    text = draw([wide], "x").elements
    assert ">96</text>" in text
    assert ">4</text>" in text
    narrow = Bar(
        "x",
        (
            Segment("a", "grade-completion-complete", 2000),
            Segment("b", "grade-completion-limited", 40),
        ),
    )
    text = draw([narrow], "x").elements
    assert ">2,000</text>" in text
    assert ">40</text>" not in text
    assert "b 40" in description([narrow])


def test_numbers_have_one_scale() -> None:
    """By number, the longest bar has all the room; others what they are of it, also of a longer one elsewhere."""
    bars = [Bar(str(n), (Segment("a", "bar", n),)) for n in (50, 200)]
    assert re.findall(r'width="([\d.]+)%"', draw(bars, "x", share=False).elements) == ["25", "100"]
    scaled = draw(bars, "x", share=False, longest=400).elements
    assert re.findall(r'width="([\d.]+)%"', scaled) == ["12.5", "50"]


def test_an_inline_chart_is_well_formed_and_has_no_style() -> None:
    """Names are escaped; colours are classes; title and description say it in words."""
    text = inline(draw(_BARS, "x"), "x", "A <title>", description(_BARS))
    root = ET.fromstring(text)  # noqa: S314  (ours)
    assert root.find("title") is not None
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == ("x-title", "x-words")
    assert "style" not in text
    words = root.findtext("desc", "")
    assert "Complete 30" in words
    assert "Unknown 1" in words
    assert description(_BARS, 2).startswith("3 bars")


def test_a_picture_says_where_it_is_from() -> None:
    """Title, source, release, date, licence and address are text in it; it is well-formed."""
    grade = GradeName("completion", "complete", "Complete")
    picture = standalone(draw(_BARS, "chart"), [grade, UNKNOWN_GRADE], _CAPTION, "Words.")
    root = ET.fromstring(picture.svg)  # noqa: S314  (ours)
    texts = "\n".join(e.text or "" for e in root.iter("{http://www.w3.org/2000/svg}text"))
    for part in (
        "Title & more",
        "Source: Source.",
        "* Not for shares.",
        "1-abc",
        "29 November 2026",
        "CC BY",
        "https://x.example/",
        "Complete",
    ):
        assert part in texts
    assert "prefers-color-scheme" in picture.svg
    assert "var(" not in picture.svg


def test_a_png_is_the_same_each_time() -> None:
    """Painted with our own font in another process: equal bytes, twice the pixels."""
    picture = standalone(draw(_BARS, "chart"), [UNKNOWN_GRADE], _CAPTION, "", dark=False)
    one, two = (paint(picture.svg, WIDTH, picture.height) for _ in range(2))
    assert one == two
    assert one.startswith(b"\x89PNG")
    assert int.from_bytes(one[16:20]) == 2 * WIDTH


@pytest.mark.parametrize(
    ("text", "lines"), [("", [""]), ("a b", ["a b"]), ("abcdef gh", ["abcd…", "gh"])]
)
def test_wrapped(text: str, lines: list[str]) -> None:
    """Lines are not longer than they may be."""
    assert wrapped(text, 5) == lines


def _properties(css: str) -> dict[str, list[str]]:
    by_name: dict[str, list[str]] = {}
    for name, value in re.findall(r"--grade-([\w-]+): (#[0-9a-f]{6})", css):
        by_name.setdefault(name, []).append(value)
    return by_name


def _style() -> str:
    return (resources.files("ogpld.web") / "static" / "style.css").read_text(encoding="utf-8")


def test_pages_and_pictures_have_the_same_colours() -> None:
    """One colour for each grade, in the stylesheet and in pictures, light and dark."""
    css = _style()
    assert _properties(css) == {name: list(pair) for name, pair in COLOURS.items()}
    aliases = dict(re.findall(r"--grade-([\w-]+): var\(--grade-([\w-]+)\)", css))
    classes = {}
    for selectors, name in re.findall(
        r"^(\.grade-[^{]*) \{ --grade: var\(--grade-([\w-]+)\); \}", css, re.MULTILINE
    ):
        for selector in selectors.split(", "):
            classes[selector[1:]] = aliases.get(name, name)
    assert classes == {**GRADES}


def test_every_grade_of_the_model_has_a_colour(model: Model) -> None:
    """Those that are neither good nor bad are the only ones without one of their own."""
    grades = [grade for measure in measures_of(model).values() for grade in measure.grades]
    without = {grade.key for grade in grades if grade.css_class not in GRADES}
    assert without <= {"completion/unclear", "potential-impact/unclear", "yes-no/unclear"}


def test_what_is_no_grade_has_no_colour_of_grades_and_stands_last(model: Model) -> None:
    """The mark of the code lists, the colours and the order of charts are of one mind."""
    seen = set()
    for measure in measures_of(model).values():
        for scale in {grade.scale for grade in measure.grades}:
            off = [
                CODE(grade.key).value in model.off_scale
                for grade in measure.grades
                if grade.scale == scale
            ]
            assert off == sorted(off)
        for grade in measure.grades:
            is_grade = GRADES.get(grade.css_class, "neither") not in {"neither", "apart"}
            assert is_grade == (CODE(grade.key).value not in model.off_scale), grade.key
            seen.add(grade.key)
    assert {"completion/withdrawn", "opened-government/no-early-results-yet"} <= seen


def test_scales_of_one_bar_have_no_colour_in_common_but_grey(model: Model) -> None:
    """What is unclear is grey in every scale; a blue or an orange is one step of one scale of a measure."""
    for measure in measures_of(model).values():
        by_colour: dict[str, set[str]] = {}
        for grade in measure.grades:
            colour = COLOURS[GRADES.get(grade.css_class, "neither")][0]
            assert (grade.code != "unclear") or colour == COLOURS["neither"][0], grade.key
            by_colour.setdefault(colour, set()).add(grade.scale)
        grey = {COLOURS[name][0] for name in ("neither", "apart", "harm")}
        assert all(len(scales) == 1 for c, scales in by_colour.items() if c not in grey)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("name", list(COLOURS))
def test_contrast(name: str, place: int) -> None:
    """3:1 for bars against the page (WCAG 2.2, 1.4.11), 4.5:1 for numbers on them (1.4.3)."""
    colour = COLOURS[name][place]
    assert _contrast(colour, PAGE["paper"][place]) >= 3
    if name != "unknown":
        assert _contrast(colour, INK.get(name, INK[""])[place]) >= 4.5


def _texts(drawing: str) -> list[str]:
    texts = re.findall(r'<text(?: class="\w+")?(?: x="100%")? y="\d+">([^<]*)<', drawing)
    return [unescape(text) for text in texts]


def test_no_line_is_longer_than_a_small_telephone_is_wide() -> None:
    """Labels, counts and notes alike: 38 letters, of which each has 7.3 pixels at most."""
    note = "1,066 assessed at the end of the term"
    bars = [replace(bar, note=note) for bar in _BARS]
    lines = _texts(draw(bars, "x").elements)
    assert lines.count(note) == len(bars)
    assert max(map(len, lines)) <= 38


def test_counts_stand_in_one_place_of_a_drawing() -> None:
    """At the end of each label's line, where all of them fit there; else each below its label."""
    assert draw(_BARS[:1], "x").elements.count('class="end"') == 1
    assert 'class="end"' not in draw(_BARS, "x").elements
