"""A language that marks its words: whatever of a page stands outside of the marks, nobody can translate."""

from __future__ import annotations

import csv
import re
import shutil
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from support.running import ROOT

OPEN, CLOSE = "⟦", "⟧"
#: The language whose catalogue is replaced.
TAG: Final = "et"
_PLACE = re.compile(r"%\(\w+\)s")
#: Elements whose text is data, or for machines.
_DATA = frozenset(
    {
        "bdi",
        "code",
        "pre",
        "script",
        "style",
        "textarea",
        "time",
        "title",
        "desc",
        "text",
        "datalist",
    }
)
#: Names that are the same in every language: forms of files, protocols, programs, and ourselves.
_NAMES = re.compile(
    r"\b(JSON-LD|JSON Schema|JSON|NDJSON|CSVW|CSV|TSV|XML|RDF/XML|N-Triples|N-Quads|N3|TriG|Turtle|Excel|Parquet|XLSX|HTML|SVG|PNG|PDF|"
    r"SPARQL|SHACL|SHA-256|VoID|RO-Crate|Croissant|OpenSearch|OpenAPI|OpenRefine|Atom|ActivityStreams|IRI|UTC|MB|kB|RDF Patch|"
    r"English|Eesti|Français|ogpld|robots\.txt|plan\.xlsx|BibTeX|RIS|CSL-JSON|DataCite|JavaScript|Python|curl|pandas|R|"
    r"SPARQLWrapper|rdflib|Comunica|CKAN|Signposting|Debian)\b"
)
_MONTHS = (
    "jaanuar|veebruar|märts|aprill|mai|juuni|juuli|august|september|oktoober|november|detsember"
)
#: Ids of releases, media types, names of files, days and months.
_IDS = re.compile(
    r"\b\d+-[0-9a-f]{12}\b|\b(text|application|image)/[\w.+-]+|https?://\S+|(?<!\w)/\w[\w/-]*"
    rf"|\b[\w-]+(\.[\w-]+)+\b|(?:\d+\. )?(?:{_MONTHS}) \d{{4}}"
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def write_checkout(folder: Path) -> Path:
    """Return a checkout in a folder that is ours but for the words of a language, which are marked.

    They are those of its catalogue, its labels in the model, and titles of questions.
    """
    # paths.py looks for the model beside itself
    names = {"paths.py", "ogpld", "web", "locale", "queries", "ontology", "shapes"}
    copied = names | {".git", "__pycache__"}
    for source in (ROOT, ROOT / "ogpld", ROOT / "ogpld/web"):
        place = folder / source.relative_to(ROOT)
        place.mkdir(parents=True)
        for child in source.iterdir():
            if child.name not in copied:
                (place / child.name).symlink_to(child)
    shutil.copy(ROOT / "ogpld/paths.py", folder / "ogpld")
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
        _mark_labels(folder / name)
    shutil.copytree(ROOT / "ogpld/queries", folder / "ogpld/queries")
    title = re.compile(rf"^(# title: (.*)\n# title@{TAG}: ).*$", re.MULTILINE)
    for path in (folder / "ogpld/queries/named").glob("*.rq"):
        text = title.sub(rf"\1{OPEN}\2{CLOSE}", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    for language in ("fr", TAG):
        place = folder / "ogpld/web/locale" / language / "LC_MESSAGES"
        place.mkdir(parents=True)
        po = ROOT / "ogpld/web/locale" / language / "LC_MESSAGES/messages.po"
        with (place / "messages.mo").open("wb") as file:
            catalogue = read_po(BytesIO(po.read_bytes()), locale=language)
            write_mo(file, marked(catalogue) if language == TAG else catalogue)
    return folder


def _mark_labels(folder: Path) -> None:
    """Mark the labels of the model in the language: those of Turtle, and a column of each code list."""
    label = re.compile(rf'("([^"]+)"@en , )"[^"]+"@{TAG}')
    for path in folder.rglob("*.ttl"):
        text = label.sub(rf'\1"{OPEN}\2{CLOSE}"@{TAG}', path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    for path in folder.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        own = f"prefLabel@{TAG}"
        if own not in rows[0]:
            continue
        for row in rows:
            row[own] = row[own] and f"{OPEN}{row['prefLabel@en']}{CLOSE}"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def marked(catalogue: Catalog) -> Catalog:
    """Return a catalogue whose words are the English ones with marks; what is filled in stands outside of them."""
    result = Catalog(locale=catalogue.locale)
    for message in catalogue:
        if message.id:
            several = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = tuple(
                OPEN + _PLACE.sub(rf"{CLOSE}\g<0>{OPEN}", text) + CLOSE for text in several
            )
            result.add(message.id, strings if len(strings) > 1 else strings[0])
    return result


class Unmarked(HTMLParser):
    """Collect the texts of a page that are neither marked, nor data, nor in a language that is named.

    Attributes:
        texts: those.
        misnamed: texts with marks that are said to be in another language.
    """

    VOID = frozenset({"meta", "link", "br", "input", "img", "hr", "path", "rect", "col", "wbr"})
    ATTRIBUTES = frozenset({"aria-label", "placeholder", "alt"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.misnamed: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._languages = [TAG]
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and look at what its attributes show."""
        given = dict(attrs)
        outside = bool(self._open) and self._open[-1][1]
        own = tag in _DATA or given.get("lang", TAG) != TAG or given.get("xml:lang", TAG) != TAG
        if tag not in self.VOID:
            self._open.append((tag, outside or own))
            self._languages.append(given.get("lang") or self._languages[-1])
        if not outside:
            for name in self.ATTRIBUTES & given.keys():
                depth, self._depth = self._depth, 0
                self._look(given[name] or "")
                self._depth = depth

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag not in self.VOID:
            while self._open:
                self._languages.pop()
                if self._open.pop()[0] == tag:
                    break

    def handle_data(self, data: str) -> None:
        """Look at a text."""
        if OPEN in data and self._languages[-1] != TAG:
            self.misnamed.append(" ".join(data.split())[:160])
        if not (self._open and self._open[-1][1]):
            self._look(data)

    def _look(self, text: str) -> None:
        left = []
        for character in text:
            self._depth += {OPEN: 1, CLOSE: -1}.get(character, 0)
            if not self._depth and character != CLOSE:
                left.append(character)
            elif left and left[-1] != " ":
                left.append(" ")
        rest = _NAMES.sub(" ", _IDS.sub(" ", "".join(left)))
        if _WORD.search(rest):
            self.texts.append(" ".join(text.split())[:160])
