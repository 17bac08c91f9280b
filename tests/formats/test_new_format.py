"""An output format is one file and one row: copies with two more, and with one less, are asked for everything."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.running import ROOT, Server, environment, start_server, stop_server

from ogpld.rdf import parse_quads

TOY = """
import json
from ogpld.formats.statements import Statements

def write_toy(statements: Statements) -> bytes:
    return json.dumps([f"{triple} ." for triple in statements.triples]).encode()
"""
IMPORT = "from ogpld.formats.toy import write_toy\n"
ROW = '    MediaType("toy", "application/x-toy", "Toy", writes=write_toy),\n'
QUERY = "CONSTRUCT { ?s a ?class } WHERE { ?s a ?class } ORDER BY ?s LIMIT 20"
#: Addresses of pages that name the formats of what they show.
PAGES = [
    *("/doc/commitment/EE0050", "/doc/commitment", "/catalog", "/dataset/ogpld", "/code/region"),
    *("/code/indicator", "/code/region/europe", "/ns", "/shapes", "/releases", "/erasures"),
]
#: Others that tell which formats there are.
OTHER_PAGES = ["/", "/harvest", "/sparql", "/validate", "/api", "/release/current"]
FORMS = {"toy": "application/x-toy", "trig": "application/trig"}


#: What the copy without RDF/XML has no more.
WITHOUT = ((r"RDF_XML = MediaType\(\n(?: .*\n)+\)\n", ""), (r"N_TRIPLES, RDF_XML,", "N_TRIPLES,"))
#: Write a list of more than a page, and a thing, as an export of the copy.
EXPORT = """
import sys
from pathlib import Path
from ogpld.config import Settings
from ogpld.export import address_writer, write_export as exporting
from ogpld.pipeline.progress import Progress
address_writer.links_in = lambda *_: ()
exporting.things_of = lambda _: ["/doc/commitment/EE0050"]
exporting.other_addresses = lambda _: ["/doc/commitment"]
options = exporting.ExportOptions(("toy", "trig"), ("en",))
exporting.write_export(Path(sys.argv[1]), Settings(home=Path(sys.argv[2])), options, Progress())
"""


def program(folder: Path, edits: Iterable[tuple[str, str]]) -> Path:
    """Return a copy of the program in which texts of the table of formats are others."""
    ignored = shutil.ignore_patterns("__pycache__", "editor")
    shutil.copytree(ROOT / "ogpld", folder / "ogpld", ignore=ignored)
    for part in ("ontology", "shapes", "data", "docs"):
        (folder / part).symlink_to(ROOT / part)
    table = folder / "ogpld/formats/media.py"
    text = table.read_text("utf-8")
    for pattern, after in edits:
        text, count = re.subn(pattern, after, text)
        assert count == 1, pattern
    table.write_text(text, "utf-8")
    return folder


@contextmanager
def served(copy: Path, home: Path, log: Path) -> Iterator[Server]:
    """Serve with a copy of the program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(copy))
        patch.setenv("PYTHONSAFEPATH", "1")
        started = start_server(home, log)
    yield started
    stop_server(started)


@pytest.fixture(scope="module")
def extended_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with a toy format more, and with TriG as a format of documents."""
    edits = (
        ("from ogpld.formats.statements", f"{IMPORT}from ogpld.formats.statements"),
        (r"    \*\(HTML, JSON,", f"{ROW}    *(HTML, JSON,"),
        ('    "TriG",\n', '    "TriG",\n    writes=write_turtle,\n'),
    )
    copy = program(tmp_path_factory.mktemp("extended"), edits)
    (copy / "ogpld/formats/toy.py").write_text(TOY)
    return copy


@pytest.fixture(scope="module")
def extended(
    extended_program: Path, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server of it."""
    with served(extended_program, home, tmp_path_factory.mktemp("log") / "serve.log") as started:
        yield started


@pytest.fixture(scope="module")
def shortened_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program without RDF/XML."""
    return program(tmp_path_factory.mktemp("shortened"), WITHOUT)


@pytest.fixture(scope="module")
def shortened(
    shortened_program: Path, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server of it."""
    with served(shortened_program, home, tmp_path_factory.mktemp("log") / "serve.log") as started:
        yield started


def run(copy: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with a copy of the program."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment(home) | {"PYTHONPATH": str(copy), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _statements(body: bytes, form: str) -> set[str]:
    """Return the statements of an answer as lines."""
    if form == "toy":
        return set(json.loads(body))
    return {f"{quad.triple} ." for quad in parse_quads(body, form)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "path",
    ["/doc/commitment/EE0050", "/doc/commitment", "/catalog", "/dataset/ogpld", "/ns", "/void"],
)
def test_documents_lists_and_the_catalogue_come_in_it(
    extended: Server, path: str, form: str
) -> None:
    """By suffix and by Accept, with the statements of the other formats; the other forms link it."""
    by_suffix = extended.get(f"{path}.{form}")
    assert by_suffix.status_code == 200
    assert by_suffix.headers["Content-Type"] == FORMS[form]
    assert (
        extended.get(path, headers={"Accept": FORMS[form]})
        .headers["Content-Location"]
        .endswith(f".{form}")
    )
    lines = extended.get(f"{path}.nt")
    assert f'.{form}>; rel="alternate"; type="{FORMS[form]}"' in lines.headers["Link"]
    statements, wanted = _statements(by_suffix.content, form), _statements(lines.content, "nt")
    if path == "/doc/commitment":  # pages of a list are called by the file that was asked for
        statements, wanted = (
            {s for s in some if "hydra" not in s} for some in (statements, wanted)
        )
    assert statements == wanted
    assert len(statements) > 5


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", PAGES)
def test_pages_name_it(extended: Server, path: str, form: str) -> None:
    """In the head for programs, in the text for people."""
    page = extended.get(path, headers={"Accept": "text/html"}).text
    assert f'<link rel="alternate" type="{FORMS[form]}" href="{path}.{form}">' in page
    assert f'href="{path}.{form}">{"Toy" if form == "toy" else "TriG"}</a>' in page


@pytest.mark.parametrize("form", FORMS)
def test_graphs_of_queries_come_in_it(extended: Server, form: str) -> None:
    """By Accept and by name; a table cannot."""
    wanted = _statements(
        extended.get("/sparql", params={"query": QUERY, "format": "nt"}).content, "nt"
    )
    accept = {"Accept": FORMS[form]}
    for answer in (
        extended.get("/sparql", params={"query": QUERY}, headers=accept),
        extended.get("/sparql", params={"query": QUERY, "format": form}),
    ):
        assert answer.headers["Content-Type"] == FORMS[form]
        assert _statements(answer.content, form) == wanted
    rows = extended.get("/sparql", params={"query": "SELECT * { ?s a ?c } LIMIT 1"}, headers=accept)
    assert rows.status_code == 406


def test_validation_reports_come_in_it(extended: Server) -> None:
    """The report of a release is a document like others."""
    current = extended.get("/release/current.ttl").headers.get("Location", "/release/current")
    path = current.removesuffix(".ttl")
    answer = extended.get(f"{path}/validation", headers={"Accept": FORMS["toy"]})
    assert answer.headers["Content-Type"] == FORMS["toy"]
    assert json.loads(answer.content)


def test_an_export_has_each_page_of_a_list_in_it(
    extended_program: Path, home: Path, tmp_path: Path
) -> None:
    """In files and in the rules of web servers: the second page is not the first."""
    done = run(extended_program, home, "-c", EXPORT, str(tmp_path / "export"), str(home))
    assert done.returncode == 0, done.stderr
    site = tmp_path / "export/site/doc"
    for form in FORMS:
        pages = [(site / f"commitment{page}.{form}").read_bytes() for page in ("", "~2")]
        first, second = (_statements(page, form) for page in pages)
        assert first != second
        assert (site / f"commitment/EE0050.{form}").is_file()
    # the shipped rules name the suffixes that have pages
    for name in ("nginx-http.conf", "apache.conf"):
        assert "toy|trig|ttl)" in (tmp_path / "export" / name).read_text("utf-8"), name


@pytest.mark.parametrize(("form", "there"), [("toy", True), ("rdf", False)])
def test_an_export_can_be_limited_to_what_there_is(
    extended_program: Path, shortened_program: Path, tmp_path: Path, form: str, *, there: bool
) -> None:
    """`--forms` takes the formats of the table, and no other."""
    copy = extended_program if there else shortened_program
    done = run(
        copy, tmp_path / "none", "-m", "ogpld", "export", str(tmp_path / "x"), "--forms", form
    )
    assert done.returncode != 0  # there is no release
    assert (f"there is no {form}" in done.stderr) is not there, done.stderr


@pytest.mark.parametrize("path", [*PAGES, *OTHER_PAGES])
def test_a_format_that_is_taken_out_is_promised_nowhere(shortened: Server, path: str) -> None:
    """No page leads to it, and asking for it is answered with what there is."""
    page = shortened.get(path, headers={"Accept": "text/html"}, allow_redirects=True)
    assert page.status_code == 200
    assert not re.findall(r'href="[^"]*\.rdf["?]', page.text)
    assert "catalog.rdf" not in page.text
    assert "RDF/XML" not in page.text
    if path.startswith("/doc/"):
        answer = shortened.get(path, headers={"Accept": "application/rdf+xml"})
        assert answer.status_code == 406
