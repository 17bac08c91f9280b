"""Every command that we print is run as it is printed, but for the address; what is not has its reason here."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from textwrap import dedent

import pytest
from openpyxl import load_workbook
from support.programs import NODE, demand, python
from support.running import ROOT, environment
from support.sites import Site

from ogpld.cli.parser import make_parser

PRINTED = "http://localhost:8000"
CLIENTS = "python-clients"
#: First words of what the documents print and nothing here runs, each with the reason.
NOT_RUN = {
    "make serve": "installs the project and serves until somebody ends it; .ci/run does the same by parts",
    "make test": "runs this test",
    "ogpld serve": "serves until somebody ends it; every test with a server starts it so",
    "ogpld build --input ogp-commitments=commitments.csv": "the copy of the sheet is no part of the project; "
    "tests/pipeline/test_sheet.py builds it",
    "id,mid,end": "an answer, held to the query above it by tests/test_docs.py",
}
#: Commands on the page for harvesters that are not run, by the name of their field.
NOT_RUN_THERE = {
    "Command line": "wants a whole CKAN; test_harvest.py lets one harvest",
    "With ldes-client": "follows for ever; test_ldes.py runs it to the end of the stream",
}


#: Documents whose commands are run, in this order.
DOCUMENTS = (
    "README.md",
    *(
        f"docs/{name}.md"
        for name in ("ask", "link", "harvest", "publish", "releases", "extend", "agents")
    ),
)


def blocks() -> list[str]:
    """Return the indented blocks of the documents; a command may go on over several lines."""
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
    return [
        dedent(block).strip("\n") for block in re.findall(r"(?m)(?:^ {4}.*\n|^\n(?= {4}))+", text)
    ]


def paragraphs() -> list[str]:
    """Return the blocks, parted at blank lines unless they are programs."""
    return [
        part
        for block in blocks()
        for part in ([block] if "import " in block else block.split("\n\n"))
        if part.strip()
    ]


def programs() -> list[str]:
    """Return the Python programs of the documents."""
    return [part for part in paragraphs() if part.startswith("import ")]


def curls() -> list[str]:
    """Return the commands of the documents that ask the server, one each."""
    return [
        command
        for part in paragraphs()
        if part.startswith("curl ")
        for command in re.split(r"\n(?=curl )", part)
    ]


def lines() -> list[str]:
    """Return the commands of our own that the documents print, without remarks."""
    return [
        line.partition("  #")[0].strip()
        for part in paragraphs()
        for line in part.splitlines()
        if line.startswith("ogpld ")
    ]


def sort_of(part: str) -> str:
    """Return what a paragraph of the documents is, "" for what no test here knows."""
    if part.startswith(("import ", "curl ", "ogpld ")):
        return "run"
    if part.startswith("{"):
        return "settings"
    return "not run" if any(part.startswith(words) for words in NOT_RUN) else ""


def test_every_block_of_the_documents_is_of_a_sort_that_is_tried() -> None:
    """A new one is run, or has a reason."""
    assert [part for part in paragraphs() if not sort_of(part)] == []
    assert (len(curls()), len(programs())) == (16, 2)
    assert len(lines()) >= 8


def shell(command: str, site: Site, folder: Path) -> str:
    """Run a command in a folder, with our program on the path; return what it printed."""
    values = vars_of(site)
    program = f"{Path(sys.executable).parent}:{values['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command.replace(PRINTED, site.url)],
        cwd=folder,
        env={**values, "PATH": program},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\nended with {done.returncode}:\n{done.stderr}"
    return done.stdout


def vars_of(site: Site) -> dict[str, str]:
    """Return the environment of a command: home, base IRI, the data, and whether dumps are written."""
    settings = site.settings
    return environment(
        settings.home, base_iri=settings.base_iri, sources=site.data, dumps=settings.dumps
    )


@pytest.mark.parametrize("command", curls())
def test_requests_of_the_documents(site: Site, tmp_path: Path, command: str) -> None:
    """Curl gets an answer that is no error, and no redirect where it does not say so."""
    if "@commitments.csv" in command:
        (tmp_path / "commitments.csv").write_text(
            "key,member,plans,title@en\nEE0090,EST,EST06,A draft\n", "utf-8"
        )
    options = "--silent --show-error --fail-with-body --write-out '%{http_code}'"
    output = shell(command.replace("curl ", f"curl {options} ", 1), site, tmp_path)
    printed, status = output[:-3], output[-3:]
    assert status == ("303" if "/q " in command else "200")  # where the query has its address
    if file := re.search(r"-o (\S+)", command):
        assert (tmp_path / file[1]).stat().st_size
        assert zipfile.is_zipfile(tmp_path / file[1]) == file[1].endswith(".xlsx")
    else:
        assert printed.strip()


def test_our_own_commands_of_the_documents(site: Site, tmp_path: Path) -> None:
    """In the order in which they are printed, in a copy of the home and of the data."""
    home, data, another = tmp_path / "home", tmp_path / "my-data", tmp_path / "another"
    for copy in (home, another):
        shutil.copytree(site.settings.home, copy, symlinks=True)
    shutil.copytree(site.data, data)
    shutil.copytree(site.data, tmp_path / "data")
    table = data / "sources/estonia/estonia.csv"
    text = table.read_text("utf-8")
    table.write_text(text.replace("Draft Anti-Corruption Act", "Draft Act"), "utf-8")
    copied = Site(
        site.server,
        site.settings.__class__(**{**fields_of(site), "home": home, "dumps": False}),
        data,
    )
    for command in lines():
        if any(command.startswith(words) for words in NOT_RUN):
            continue
        if (
            "--sources" in command
        ):  # a country of one's own, in a home that has no plan from a workbook
            copied = replace(copied, settings=replace(copied.settings, home=another))
        if command.startswith("ogpld validate"):
            command = "ogpld validate --data d.ttl --shapes s.ttl --format text"  # noqa: PLW2901
            for name in ("d.ttl", "s.ttl"):
                (tmp_path / name).write_text("<urn:a> <urn:b> <urn:c> .\n", "utf-8")
        if command.startswith("ogpld match"):
            (tmp_path / "countries.csv").write_text("Country\nEsotnia\n", "utf-8")
        if "tables=plan.xlsx" in command:
            fill_plan(tmp_path / "plan.xlsx")
        shell(command, copied, tmp_path)


def fill_plan(file: Path) -> None:
    """Fill in the first sheet of a workbook as its author would."""
    book = load_workbook(file)
    sheet = book["ActionPlan"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    cells = {"key": "EST07", "member": "EST", "number": 7, "cycle": 2026, "title@en": "A draft"}
    for name, value in cells.items():
        sheet.cell(2, columns[name]).value = value
    book.save(file)


def fields_of(site: Site) -> dict[str, object]:
    """Return the settings of a site by name."""
    settings = site.settings
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}


@pytest.mark.counterpart(CLIENTS)
@pytest.mark.parametrize("program", programs())
def test_programs_of_the_documents(site: Site, tmp_path: Path, program: str) -> None:
    """Pandas prints a table; "None" is a value of it, and 2.10 is not 2.1."""
    interpreter = python(CLIENTS, "clients")
    printed = run_python(interpreter, program.replace(PRINTED, site.url))
    assert "NaN" not in printed or "id/" in printed
    table = tmp_path / "table.csv"
    table.write_text("printedNumber,value_label\n2.10,None\n3.2,\n", "utf-8")
    local = re.sub(r'"http://localhost:8000/dump[^"]*"', repr(str(table)), program)
    local = re.sub(r"io\.StringIO\(answer\.text\)", repr(str(table)), local)
    local = local.replace(PRINTED, site.url)
    printed_rows = run_python(interpreter, local)
    assert re.search(r"2\.10\s+None", printed_rows), printed_rows
    assert re.search(r"3\.2\s+NaN", printed_rows), printed_rows


def run_python(interpreter: Path, program: str) -> str:
    """Run a program and return what it printed."""
    done = subprocess.run(
        [interpreter, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.counterpart(CLIENTS)
def test_the_python_program_of_the_query_page(site: Site) -> None:
    """As it is shown: the potential impact "None" is a text in the table, not a gap."""
    query = """PREFIX ogpld: <https://w3id.org/ogpld/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT ?label ?number { VALUES (?label ?number) { ("None" "2.10") } }"""
    page = site.server.get("/sparql", params={"query": query}, headers={"Accept": "text/html"}).text
    match = re.search(r'data-language="Python"[^>]*><code>(.*?)</code>', page, re.DOTALL)
    assert match is not None
    printed_rows = run_python(python(CLIENTS, "clients"), unescape(match[1]))
    assert re.search(r"None\s+2\.10", printed_rows), printed_rows


def settings_there(site: Site) -> dict[str, str]:
    """Return the values of the page for harvesters by the name of their field."""
    page = site.server.get("/harvest", headers={"Accept": "text/html"}).text
    pairs = re.findall(r"<dt>([^<]*)</dt>\s*<dd><pre[^>]*><code>(.*?)</code>", page, re.DOTALL)
    return {unescape(name): unescape(value) for name, value in pairs}


def test_settings_for_harvesters_are_json(site: Site) -> None:
    """Those of CKAN and piveau; the configuration for agents in the README as well."""
    values = settings_there(site)
    objects = [value for value in values.values() if value.startswith("{")]
    assert len(objects) == 2
    objects += [
        line for part in paragraphs() if sort_of(part) == "settings" for line in part.splitlines()
    ]
    for value in objects:
        assert json.loads(value)


def test_commands_for_harvesters_are_tried_or_have_a_reason(site: Site) -> None:
    """A new one is noticed."""
    commands = {
        name for name, text in settings_there(site).items() if re.match(r"[a-z]+ \S*", text)
    }
    assert commands == {*NOT_RUN_THERE, "With Comunica"}


@pytest.mark.counterpart("comunica")
def test_the_command_for_comunica(site: Site) -> None:
    """Npx finds the program in the package and gets five rows."""
    demand(
        "comunica", there=bool(shutil.which("npx")) and NODE.is_dir(), lacking="make counterparts"
    )
    command = settings_there(site)["With Comunica"]
    done = subprocess.run(
        ["bash", "-c", command.replace("npx ", "npx --offline ", 1)],
        cwd=NODE.parent,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 5


def mentioned() -> Iterator[tuple[str, str]]:
    """Yield the commands of ours in help, documents and READMEs, with where they stand."""
    commands = next(a for a in make_parser()._actions if a.dest == "command").choices  # noqa: SLF001
    assert commands is not None
    texts = {f"help of {n}": p.epilog or "" for n, p in dict(commands).items()}  # type: ignore[call-overload]
    texts["help"] = make_parser().epilog or ""
    for name in (
        *DOCUMENTS,
        "docs/operate.md",
        "data/README.md",
        "ontology/README.md",
        "shapes/README.md",
    ):
        texts[name] = (ROOT / name).read_text("utf-8")
    for place, text in texts.items():
        for line in re.findall(r"(?m)^(?: {2,})(?:runuser -u ogpld -- )?(ogpld [^\n]*)", text):
            yield place, re.split(r"\s{2,}|\s#|\s>\s", line)[0]


@pytest.mark.parametrize(("place", "command"), sorted(set(mentioned())))
def test_every_command_is_one_that_the_program_knows(place: str, command: str) -> None:
    """Names and options are those of the parser."""
    assert place
    try:
        make_parser().parse_args(shlex.split(command)[1:])
    except SystemExit as end:  # --version prints and ends
        assert end.code == 0
