"""`docs/contract.md` says what there is: nothing of the software is missing in it, and nothing else stands in it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from ogpld import errors
from ogpld.cli.parser import make_parser
from ogpld.config import Settings
from ogpld.web.app import create_app
from ogpld.web.http.parameters import FORMAT, PROFILE, ROUTES
from ogpld.web.lists.list_parameters import PARAMETERS
from ogpld.web.pages.markdown import anchor, as_html
from ogpld.web.routes.documentation import DOCUMENTS

#: A document that is named, with its anchor: by a path, or by the address it is served at.
_CITED = re.compile(r"(?<![\w/{}*.-])((?:[\w.-]+/)*[\w-]+\.md|/docs/[\w-]+)(?:#([\w-]+))?")
_TEXT = {".py", ".md", ".ttl", ".toml", ".html", ".rq", ".css", ".js", ".csv", ".txt", ".json"}
#: Documents that tests send, or that stand for any, and the end of a Moldovan address in titles.
_NAMES_ONLY = {"/docs/design", "readme.md", "gov.md"}


@pytest.fixture(scope="module")
def contract(root: Path) -> str:
    """The document."""
    return (root / "docs" / "contract.md").read_text(encoding="utf-8")


def _section(contract: str, heading: str) -> str:
    """Return the text below a heading, up to the next."""
    match = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", contract, re.DOTALL | re.MULTILINE)
    assert match is not None, heading
    return match[1]


def _rows(contract: str, heading: str) -> list[list[str]]:
    """Return the cells of the tables of a section, without heads and rules."""
    lines = [line for line in _section(contract, heading).splitlines() if line.startswith("|")]
    cells = [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    rules = {n for n, row in enumerate(cells) if set("".join(row)) <= {"-", ":"}}
    return [row for n, row in enumerate(cells) if n not in rules and n + 1 not in rules]


def _code(cell: str) -> list[str]:
    """Return what a cell has as code."""
    return re.findall(r"`([^`]+)`", cell)


def test_every_path_stands_in_it_and_every_path_in_it_is_served(contract: str) -> None:
    """Placeholders may have other names; `[…]` may be left out."""
    written = set()
    for row in _rows(contract, "Paths"):
        path = re.sub(r"\{[^}]*\}", "{}", _code(row[0])[0])
        written |= {re.sub(r"\[([^]]*)\]", r"\1", path), re.sub(r"\[[^]]*\]", "", path)}
    rules = create_app(Settings()).url_map.iter_rules()
    served = {re.sub(r"<[^>]*>", "{}", re.sub(r"<any\([^)]*\):", "<", r.rule)) for r in rules}
    assert sorted(served - written) == []
    assert sorted(written - served) == []


def test_every_parameter_of_a_path_stands_beside_it(contract: str) -> None:
    """As it is declared; *doc* and *form* stand for the usual ones."""
    form = [p.name for p in FORMAT] + ["lang"]
    usual = {"*doc*": [*form, *(p.name for p in PROFILE)], "*form*": form}
    intro = _section(contract, "Paths").partition("|")[0]
    assert all(f"`{name}`" in intro for name in usual["*doc*"])
    written = {}
    for row in _rows(contract, "Paths"):
        names = set(_code(row[2]))
        names |= {name for word, more in usual.items() if word in row[2] for name in more}
        path = re.sub(r"\{[^}]*\}", "{}", _code(row[0])[0])
        written[re.sub(r"\[[^]]*\]", "", path)] = names
    for rule in create_app(Settings()).url_map.iter_rules():
        path = re.sub(r"<[^>]*>", "{}", re.sub(r"<any\([^)]*\):", "<", rule.rule))
        declared = {p.name for p in ROUTES.get(rule.endpoint, ())} - {"lang"}
        if path in written and declared:
            assert declared - written[path] == set(), path
    lists = next(row for row in _rows(contract, "Paths") if _code(row[0]) == ["/doc/{class}"])
    assert {p.name for p in PARAMETERS} <= set(_code(lists[2]))


def test_every_setting_stands_in_it_with_its_default(contract: str) -> None:
    """And no other."""
    written = {_code(row[0])[0]: (_code(row[1]) or [""])[0] for row in _rows(contract, "Settings")}
    settings = {f.name: str(f.default) for f in fields(Settings)}
    settings |= {f.name: str(f.default).lower() for f in fields(Settings) if f.type == "bool"}
    assert written == settings


def _commands(
    parser: argparse.ArgumentParser, name: str
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield the commands below one that have no commands of their own."""
    below = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]  # noqa: SLF001
    if not below:
        yield name, parser
    for action in below:
        for word, command in action.choices.items():
            yield from _commands(command, f"{name} {word}")


def test_every_command_and_option_stands_in_it(contract: str) -> None:
    """And no other; `--home` and `--help` are those of all."""
    written = {}
    for row in _rows(contract, "Command line"):
        command = re.match(
            r"`(ogpld [a-z]+(?: (?:list|show|use|verify|prune|unregister|erase)\b)?)", row[0]
        )
        if command:
            written[command[1]] = set(re.findall(r"--[a-z-]+", row[2]))
    options = {
        name: {o for a in parser._actions for o in a.option_strings if o.startswith("--")}  # noqa: SLF001
        - {"--help", "--home"}
        for name, parser in _commands(make_parser(), "ogpld")
    }
    assert written == options


def test_every_exit_code_stands_in_it(contract: str) -> None:
    """Those of errors, and what the shell sees after Ctrl-C."""
    written = {row[0] for row in _rows(contract, "Command line") if row[0].isdigit()}
    codes = {str(error.exit_code) for error in errors.ERRORS.values()}
    assert written == codes | {"0", "130"}


def test_every_header_stands_in_it(contract: str, root: Path) -> None:
    """Those that a module of the web package sets or reads by name."""
    named = re.compile(r"headers(?:\[|\.get\(|\.setdefault\()\s*\"([A-Z][A-Za-z-]+)\"")
    used = {
        name
        for path in (root / "ogpld" / "web").rglob("*.py")
        for name in named.findall(path.read_text(encoding="utf-8"))
    }
    assert len(used) > 15
    text = _section(contract, "Headers")
    assert sorted(name for name in used if f"`{name}`" not in text) == []


def test_every_error_code_stands_in_it(contract: str) -> None:
    """With its status where HTTP gives it, its exit code where only the command line does, and a link to its page."""
    rows = {_code(row[0])[0]: row for row in _rows(contract, "Errors")}
    assert sorted(errors.ERRORS.keys() - rows.keys()) == []
    assert sorted(rows.keys() - errors.ERRORS.keys()) == []
    for code, (link, status, meaning) in rows.items():
        error = errors.ERRORS[code]
        assert link == f"[`{code}`]({error.path})"
        if not status.startswith("exit"):
            assert status == str(error.status), code
        assert meaning, code


def _documents(root: Path) -> Iterator[Path]:
    """Yield the texts of the project that may name a document; cells of tables are what others wrote."""
    for folder in ("ogpld", "tests", "bench", "docs", "ontology", "shapes", "data", "deploy"):
        for path in sorted((root / folder).rglob("*")):
            table = folder == "data" and path.suffix == ".csv"
            if path.suffix in _TEXT and not table and "node_modules" not in path.parts:
                yield path
    yield from (
        p for p in root.iterdir() if p.suffix in {".md", ".toml", ".cff"} or p.name == "Makefile"
    )


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {anchor(heading) for heading in headings}


def test_every_document_that_is_named_is_here_with_its_anchor(root: Path) -> None:
    """Whoever reads a comment, a page or the doctor's output can look up what it cites."""
    missing, named = [], 0
    for path in _documents(root):
        if path.parts[-2] == "hostile" or "hostile/documents" in path.as_posix():
            continue
        for name, fragment in _CITED.findall(path.read_text(encoding="utf-8", errors="replace")):
            if name in _NAMES_ONLY:
                continue
            named += 1
            document = f"{name[1:]}.md" if name.startswith("/docs/") else name
            places = [
                p
                for p in (root / document, root / "docs" / document, path.parent / document)
                if p.is_file()
            ]
            if not places or (fragment and fragment not in _anchors(places[0])):
                missing.append(f"{path.relative_to(root)}: {name}{fragment and '#'}{fragment}")
    assert named > 60
    assert missing == []


def test_links_inside_of_the_served_documents_lead_to_their_headings(root: Path) -> None:
    """The page has the anchors that the text has, and links to other documents lead to their pages."""
    for name in DOCUMENTS:
        path = root / "docs" / f"{name}.md"
        page = as_html(path.read_text(encoding="utf-8"), DOCUMENTS)
        assert set(re.findall(r'<h\d id="([^"]+)"', page)) == _anchors(path)
        assert set(re.findall(r'href="#([^"]+)"', page)) <= _anchors(path)
        assert re.findall(r'href="[^"]*\.md', page) == []


def test_tables_of_documents_are_named_by_their_heading() -> None:
    """With a number where it has several, so that who hears them can tell them apart."""
    page = as_html(
        "# One `code`\n\n|a|\n|-|\n|1|\n\n|b|\n|-|\n|2|\n\n## Two & more\n\n|c|\n|-|\n|3|\n"
    )
    names = re.findall('aria-label="([^"]*)"', page)
    assert names == ["One code", "One code, 2", "Two &amp; more"]
