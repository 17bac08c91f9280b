"""Programs of the query page, run: whatever the query, it arrives as it is and nothing else happens."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.programs import demand
from support.running import ROOT

from ogpld.web.sparql.program_examples import PROGRAMS, filled_program

#: Pieces that end strings, begin commands or do not look like what they are, somewhere.
PIECES = [
    "SPARQL", "\nSPARQL\n", ')---"', "'''", '"""', "'", '"', "\\", "\\'", "\\\n", "$(touch broken)", "`touch broken`",
    "${base}", "${query}", "%", "%0A", "%27", "&format=ttl", "+", ";", "#", "@", "!", "!!", "\x00", "\r", "\r\n", "\n", "\t", " ",
    "\x0b", "\x0c", "\x1b[201~", "\x85", "\u2028", "\u2029", "\u202e", "\ufeff", "\u00a0", "\u00ad", "\U0001f600", "õ", "\U000e0001",
    "'\ntouch broken\n'", "'''\nopen('broken', 'w')\n'''", "')\nsystem('touch broken')\n('", "SELECT * { ?s ?p ?o }", "\\U0000000d", "\\x00",
]  # fmt: skip
TEXTS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.characters(exclude_categories=["Cs"])), max_size=12
).map("".join)


class Receiver(BaseHTTPRequestHandler):
    """Keeps the query of each request."""

    queries: list[str]

    def do_POST(self) -> None:
        """Answer with an empty table."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = parse_qs(body, keep_blank_values=True)
        self.queries.append(fields.pop("query")[0])
        assert fields in ({}, {"format": ["csv"]})
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def receiver() -> Iterator[tuple[str, list[str]]]:
    """Give the address of a server and the queries it got."""
    handler = type("Kept", (Receiver,), {"queries": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", handler.queries
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder the programs run in; whoever breaks out leaves a file there."""
    return tmp_path_factory.mktemp("folder")


def through_a_file(folder: Path, suffix: str, programs: list[str]) -> None:
    """Run programs as files: a NUL in one would be read, not passed over."""
    for number, program in enumerate(programs):
        (folder / f"{number}.{suffix}").write_bytes(program.encode())


SLOW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("shell", ["bash", "sh"])
@SLOW
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_a_shell_sends_the_query(
    receiver: tuple[str, list[str]], folder: Path, shell: str, texts: list[str]
) -> None:
    """The curl command, run by bash and by the system's shell."""
    base, queries = receiver
    queries.clear()
    programs = [filled_program("curl", text, base) for text in texts]
    assert all(program.isprintable() for program in "".join(programs).replace("\t", "").split("\n"))
    through_a_file(folder, "sh", programs)
    names = [f"{number}.sh" for number in range(len(texts))]
    result = subprocess.run(
        [shell, "-c", 'for file; do . "./$file" || exit; done', shell, *names],
        cwd=folder, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (0, b""), result.stderr
    assert queries == texts
    assert not (folder / "broken").exists()


RUN = """\
import sys, types
pandas = types.ModuleType("pandas")
pandas.read_csv = lambda *_, **__: "table"
sys.modules["pandas"] = pandas
for name in sys.argv[1:]:
    exec(compile(open(name, "rb").read(), name, "exec"), {})
"""


@SLOW
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_python_sends_the_query(
    receiver: tuple[str, list[str]], folder: Path, texts: list[str]
) -> None:
    """The whole program, with a stand-in for pandas."""
    base, queries = receiver
    queries.clear()
    through_a_file(folder, "py", [filled_program("Python", text, base) for text in texts])
    names = [f"{number}.py" for number in range(len(texts))]
    result = subprocess.run(
        [sys.executable, "-c", RUN, *names],
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.split() == [b"table"] * len(texts)
    assert queries == texts
    assert not (folder / "broken").exists()


@given(text=TEXTS)
def test_r_reads_the_query(text: str) -> None:
    """One string by R's grammar (no R needed): only `'` ends it, a backslash has one of three sequels."""
    program = filled_program("R", text, "http://example.org/")
    string = re.match(r"query <- '((?:[^\\']|\\[\\']|\\U[0-9a-f]{8})*)'\nanswer <- ", program)
    assert string is not None
    value = re.sub(
        r"\\(?:U([0-9a-f]{8})|(.))",
        lambda match: chr(int(match[1], 16)) if match[1] else match[2],
        string[1],
    )
    assert value == text


def test_the_browser_writes_the_same(tmp_path: Path) -> None:
    """`sparql.js` renews the programs when the query changes; its strings are the server's."""
    node = shutil.which("node")
    demand("node", there=bool(node), lacking="install Node")
    script = (ROOT / "ogpld/web/static/sparql.js").read_text(encoding="utf-8")
    strings = script[script.index("  const hidden") : script.index("  // end of the strings")]
    texts = [*PIECES, "".join(PIECES), *(piece * 2 for piece in PIECES)]
    (tmp_path / "run.js").write_text(
        f"{strings}\nconst texts = {json.dumps(texts)};\n"
        "console.log(JSON.stringify(Object.fromEntries(Object.entries(quoted).map("
        "([name, quote]) => [name, texts.map(quote)]))));",
        encoding="utf-8",
    )
    printed = subprocess.run(
        [str(node), "run.js"], cwd=tmp_path, capture_output=True, timeout=30, check=True
    ).stdout
    written = json.loads(printed)
    assert set(written) == set(PROGRAMS)
    for language, strings_there in written.items():
        code = PROGRAMS[language].replace("${base}", "http://example.org/")
        for text, string in zip(texts, strings_there, strict=True):
            assert code.replace("${query}", string) == filled_program(
                language, text, "http://example.org/"
            )
