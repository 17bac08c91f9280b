"""What contributors read names what is there, and is short enough to be read."""

from __future__ import annotations

import re
from pathlib import Path

from ogpld import __version__

_PATH = re.compile(r"`((?:ogpld|tests|docs|bench|data|ontology|shapes|deploy|\.ci)/[\w./-]*)`")
_FILE = re.compile(r"`([\w-]+\.(?:py|csv|json|toml|ttl))`")


def _texts(root: Path) -> list[Path]:
    """Return the documents that name files of the project."""
    docs = [p for p in (root / "docs").rglob("*.md") if p.name != "sparql-deviations.md"]
    return [*docs, *(root / f"{name}.md" for name in ("CONTRIBUTING", "README", "THREAT_MODEL"))]


def test_every_path_that_is_named_is_there(root: Path) -> None:
    """Also files that a row of a table names without their folder."""
    missing, named = [], 0
    for document in _texts(root):
        for path in _PATH.findall(document.read_text(encoding="utf-8")):
            named += 1
            if not (root / path).exists():
                missing.append(f"{document.name}: {path}")
    assert named > 60
    assert missing == []


def test_files_without_a_folder_are_in_the_tree(root: Path) -> None:
    """In CONTRIBUTING's table a row names the folder once."""
    table = [
        line
        for line in (root / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    names = {name for line in table for name in _FILE.findall(line)}
    tracked = ("ogpld", "tests", "data", "ontology", "shapes")
    present = {p.name for folder in tracked for p in (root / folder).rglob("*") if p.is_file()}
    assert len(names) > 10
    assert sorted(names - present) == []


def test_contributing_is_short(root: Path) -> None:
    """It has the picture, the table, the habits and the words; what is longer has a document."""
    assert len((root / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) < 250


def test_the_rooms_of_the_picture_are_those_of_the_package(root: Path) -> None:
    """None is missing and none is invented."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = text.partition("## Rooms")[2].partition("Imports go")[0]
    for folder in (root / "ogpld", root / "ogpld" / "web"):
        rooms = {p.name for p in folder.iterdir() if (p / "__init__.py").is_file()}
        assert sorted(room for room in rooms if not re.search(rf"\b{room}/", picture)) == []
    named = set(re.findall(r"(?<![\w/])([a-z]+)/", picture))
    folders = {p.name for p in (root / "ogpld").rglob("*") if p.is_dir()}
    assert named - folders == {"ogpld"}


def test_decisions_say_why_what_and_at_what_price(root: Path) -> None:
    """Numbered without gaps, dated, with context, decision and consequence."""
    files = sorted((root / "docs" / "decisions").glob("*.md"))
    assert [int(p.name[:4]) for p in files] == list(range(1, len(files) + 1))
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert re.match(rf"# {int(path.name[:4])}\. .+\n\n20\d\d-\d\d-\d\d\n", text), path.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequence",
        ]


def test_the_version_is_one(root: Path) -> None:
    """The newest dated entry of the changelog, the citation and the package say the same."""
    changes = re.findall(
        r"^## (\d\S*) - 20\d\d-\d\d-\d\d$", (root / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert changes[0] == __version__
    assert f"version: {__version__}\n" in (root / "CITATION.cff").read_text()
