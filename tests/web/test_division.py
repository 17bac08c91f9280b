"""Long texts in pages: nothing is lost, every anchor is at the bare address, links lead to where it is."""

from __future__ import annotations

import pytest

from ogpld.web.http.problems import Problem
from ogpld.web.pages.division import divide, element_count

_TEXT = """<p>Lead, see <a href="#c">C</a></p>
<h2 id="a">A <span class="count">2</span></h2>
<p id="a-1">one</p>
<section id="b">
<h2>B</h2>
</section>
<h2 id="c">C</h2>
<p id="c-1">see <a href="#a-1">one</a></p>
"""


def test_a_text_in_pages() -> None:
    """Sections stay whole; what is on another page has a line on the first one."""
    first = divide(_TEXT, "/t", most=60)
    assert first.pages == 3
    assert list(first.contents) == [
        ("A", "#a", ""),
        ("B", "/t?page=2#b", "b"),
        ("C", "/t?page=3#c", "c"),
    ]
    assert first.elsewhere == ["c-1"]
    assert 'href="/t?page=3#c"' in first.opening
    last = divide(_TEXT, "/t", "3", most=60)
    assert (last.opening, last.elsewhere) == ("", [])
    assert 'href="/t#a-1"' in last.content
    parts = [divide(_TEXT, "/t", str(number), most=60) for number in (1, 2, 3)]
    assert sum(str(part.content).count("id=") for part in parts) == _TEXT.count("id=")


def test_elements_are_as_many_in_every_language() -> None:
    """Words weigh nothing, nor does what marks them as being in another language."""
    translated = _TEXT.replace(
        "one", 'a good deal more <span lang="en">than one</span><!-- in all -->'
    )
    assert element_count(translated) == element_count(_TEXT) == 9
    for text in (_TEXT, translated):
        parts = [
            divide(text, "/t", "1", 4, element_count),
            divide(text, "/t", "2", 4, element_count),
        ]
        assert [part.page_of["c-1"] for part in parts] == [2, 2]


def test_a_short_text_is_one_page() -> None:
    """With sections or without; there is no second page."""
    for text in (_TEXT, "<h1>Title</h1>\n<p>No section.</p>\n", ""):
        whole = divide(text, "/t")
        assert whole.pages == 1
        assert whole.opening + whole.content == text
    for number in ("2", "0", "-1", "x", "9" * 30):
        with pytest.raises(Problem):
            divide(_TEXT, "/t", number)
