"""What the documentation says is so."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from ogpld import errors
from ogpld.cli.parser import make_parser
from ogpld.config import Settings
from ogpld.queries import load
from ogpld.release import Release
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore
from ogpld.web.routes.documentation import DOCUMENTS


def test_the_question_that_is_printed_has_the_answer_it_shows(root: Path, release: Release) -> None:
    """The query is run as printed."""
    text = (root / "docs/ask.md").read_text(encoding="utf-8")
    match = re.search(r"'query=\n(.*?)'\n\n((?: {4}[^\n]*\n)+)", text, re.DOTALL)
    assert match is not None
    store = EmbeddedStore.load(release.data)
    answer = store.answer(Query(match[1], ("csv", "")))
    assert answer.body.decode().split() == match[2].split()


def test_the_figures_in_the_readme_are_those_of_the_release(
    root: Path, whole_release: Release
) -> None:
    """Counts that are printed are counted, over everything that is shipped."""
    text = " ".join((root / "README.md").read_text(encoding="utf-8").split())
    counts = whole_release.manifest.classes
    store = EmbeddedStore.load(whole_release.data)
    query = load("valued-assessments")
    valued = int(store.answer(Query(query, ("csv", ""))).body.split()[1])
    for words in (
        f"{counts['ActionPlan']} action plans",
        f"{counts['Commitment']} commitments",
        f"{counts['Cluster']} headings",
        f"{counts['Milestone']} milestones",
        f"{counts['Report']} reports",
        f"{valued} assessments",
        f"{counts['Assessment'] - valued} places where a source says why there is none",
        f"{counts['Member']} members",
        f"{counts['Institution']} bodies",
    ):
        assert words in text, words


def test_the_readme_is_one_screen_and_every_document_is_in_the_index(root: Path) -> None:
    """What is longer stands in a document of its own, and each can be found from the first page."""
    assert len((root / "README.md").read_text(encoding="utf-8").splitlines()) <= 60
    index = (root / "docs/index.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\(([\w-]+)\.md\)", index))
    assert linked == set(DOCUMENTS)
    files = {path.stem for path in (root / "docs").glob("*.md")}
    assert files - linked == {"index", "hard-won"}


def test_every_setting_is_documented() -> None:
    """In the docstring of Settings, where people look."""
    text = Settings.__doc__ or ""
    assert [f.name for f in fields(Settings) if f"{f.name}: " not in text] == []


def test_every_command_has_help_and_examples() -> None:
    """A description and at least one line to type."""
    commands = next(a for a in make_parser()._actions if a.dest == "command").choices  # noqa: SLF001
    assert commands is not None
    for name, parser in dict(commands).items():  # type: ignore[call-overload]
        assert parser.description, name
        assert f"ogpld {name}" in parser.epilog, name


def test_error_codes_are_unique_and_stable() -> None:
    """One code an error; these never change once released."""
    codes: dict[str, str] = {}
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, errors.OgpldError):
            assert kind.code not in codes, (name, codes[kind.code])
            codes[kind.code] = name
    assert {"source", "gate-refused", "publish-locked", "query-syntax", "result-too-large"} <= set(
        codes
    )
