"""A text of a page that is in another language than the page says so (WCAG 2.2, 3.1.2), on every type of page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping

import pytest
from support.page_types import BROWSER, page_types
from support.running import Server, start_server, stop_server
from support.sample_data import SOURCES, WHOLE, copy_sample
from support.spoken_texts import spoken_texts

from ogpld.config import Settings
from ogpld.pipeline.inputs import Inputs
from ogpld.pipeline.pipeline import publish_sources
from ogpld.pipeline.progress import Progress
from ogpld.rdf import Literal, parse_quads
from ogpld.web.pages.tables import Value

_TEXTS = """
SELECT DISTINCT ?text (LANG(?text) AS ?language) { ?thing ?property ?text FILTER(LANG(?text) != "") }
"""


#: How titles of commitments of a table are read.
_TITLE = "title,commitment,title,text:en"
_WORD = re.compile(r"[^\W\d_]{2,}")
#: What is called so in every language.
_NAMES = frozenset({"Triple Pattern Fragments"})


@pytest.fixture(scope="module")
def speaking_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample data, names of members in many languages, and published figures.

    Some of its commitments have titles in Spanish.
    """
    folder = tmp_path_factory.mktemp("languages")
    data = copy_sample(folder / "data", (*SOURCES, "cldr-names"))
    shutil.copytree(WHOLE / "claims", data / "claims")
    mapping = data / "sources/comparison/mapping.csv"
    text = mapping.read_text(encoding="utf-8")
    assert _TITLE in text
    mapping.write_text(text.replace(_TITLE, f"{_TITLE[:-2]}es"), encoding="utf-8")
    home = folder / "home"
    assert publish_sources(Inputs(data=data), Settings(home=home), Progress()).new
    server = start_server(home, folder / "log", query_rows=100_000, query_bytes=100_000_000)
    yield server
    stop_server(server)


@pytest.fixture(scope="module")
def languages_of(speaking_server: Server) -> Mapping[str, set[str]]:
    """The languages of each text of the data, of the model and of the catalogue."""
    languages: dict[str, set[str]] = {}

    def add(text: str, tag: str) -> None:
        languages.setdefault(" ".join(text.split()), set()).add(tag)

    answer = speaking_server.get(
        "/sparql", params={"query": _TEXTS}, headers={"Accept": "application/sparql-results+json"}
    )
    for row in answer.json()["results"]["bindings"]:
        add(row["text"]["value"], row["language"]["value"])
    for quad in parse_quads(speaking_server.get("/catalog.nt").content, "nt"):
        if isinstance(quad.object, Literal) and quad.object.language:
            add(quad.object.value, quad.object.language)
    assert {"en", "et", "es", "fr"} < {tag for tags in languages.values() for tag in tags}
    return languages


@pytest.mark.parametrize("language", ["en", "et", "fr"])
def test_texts_say_which_language_they_are_in(
    speaking_server: Server, languages_of: Mapping[str, set[str]], language: str
) -> None:
    """A screen reader read Spanish titles and English reports with the sounds of the page's language."""
    wrong: dict[str, list[str]] = {}
    for name, path in page_types(speaking_server):
        address = path + ("&" if "?" in path else "?") + f"lang={language}"
        html = speaking_server.get(address, headers=BROWSER).text
        for text, tag in spoken_texts(html):
            spoken = languages_of.get(text, set())
            if not spoken or spoken & {language, "und", tag} or text in _NAMES:
                continue
            if len(_WORD.findall(text)) > 1:  # languages may share a word
                wrong.setdefault(name, []).append(f"{text[:80]} ({', '.join(sorted(spoken))[:40]})")
    assert wrong == {}


def test_no_value_is_made_without_its_language() -> None:
    """Where it could be left out it was."""
    with pytest.raises(TypeError, match="language"):
        Value("Plan de acción")  # type: ignore[call-arg]
