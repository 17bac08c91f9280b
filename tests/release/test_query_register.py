"""The register of queries: the same query has one address, nothing is dropped, nothing is half-written."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ogpld.release.query_register import (
    FILE,
    QueryRegister,
    RegisteredQuery,
    RegisterFullError,
    RegisterReader,
)

_MOST = 1 << 20
_WRITER = """
import sys
from contextlib import closing
from pathlib import Path
from ogpld.release.query_register import QueryRegister, RegisteredQuery
register = QueryRegister(Path(sys.argv[1]))
sys.stdin.readline()
print(sum(register.add(RegisteredQuery(f"ASK {{ {n} }}", "1-a"), 1 << 20) for n in range(40)))
"""


def _query(text: str = "ASK {}") -> RegisteredQuery:
    return RegisteredQuery.of(text, "1-abc", (), ())


def test_a_query_comes_back(tmp_path: Path) -> None:
    """After a restart, once however often it is added, with the digest that the contract describes."""
    query = RegisteredQuery.of("\r\nSELECT *\r\n{}\n", "1-abc", ["b", "a", "b"], ["c"])
    assert QueryRegister(tmp_path).find(query.digest) is None
    assert QueryRegister(tmp_path).add(query, _MOST)
    assert not QueryRegister(tmp_path).add(query, _MOST)
    registration = QueryRegister(tmp_path).find(query.digest)
    assert registration is not None
    assert registration.query == query
    content = {
        "default_graphs": ["a", "b"],
        "named_graphs": ["c"],
        "query": "SELECT *\n{}",
        "release": "1-abc",
    }
    text = json.dumps(content, separators=(",", ":"))
    assert query.digest == hashlib.sha256(text.encode()).hexdigest()[:32]
    assert len(QueryRegister(tmp_path).registrations()) == 1


def test_whatever_differs_has_another_address() -> None:
    """Text, release, default and named graphs count; blanks within a text do, for they may be in a string."""
    queries = [
        RegisteredQuery.of("ASK {}", "1-a", (), ()),
        RegisteredQuery.of("ASK  {}", "1-a", (), ()),
        RegisteredQuery.of("ASK {}", "2-a", (), ()),
        RegisteredQuery.of("ASK {}", "1-a", ("x",), ()),
        RegisteredQuery.of("ASK {}", "1-a", (), ("x",)),
    ]
    assert len({query.digest for query in queries}) == len(queries)


def test_processes_write_at_once(tmp_path: Path) -> None:
    """Each query is new to one of them, and none is lost."""
    command = [sys.executable, "-c", _WRITER, str(tmp_path)]
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert sum(int(writer.communicate(timeout=60)[0]) for writer in writers) == 40
    assert len(QueryRegister(tmp_path).registrations()) == 40


@pytest.mark.parametrize("most", [0, 40_000])
def test_a_full_register_keeps_what_it_has(tmp_path: Path, most: int) -> None:
    """It grows to its bound, then refuses; what it has can be read, and found again when it is added."""
    register, texts = QueryRegister(tmp_path), [f"ASK {{ {n} }} # {'x' * 900}" for n in range(40)]
    added = []
    with pytest.raises(RegisterFullError):
        for text in texts:
            register.add(_query(text), most)
            added.append(text)
    assert len(added) >= (5 if most else 0)
    assert [not register.add(_query(text), most) for text in added] == [True] * len(added)
    assert {r.query.query for r in register.registrations() if r.query} == set(added)
    assert (tmp_path / FILE).stat().st_size <= max(most, 4 * 4096)
    assert register.add(_query(texts[-1]), _MOST)


def test_what_is_removed_is_overwritten_and_stays_so(tmp_path: Path) -> None:
    """No byte of its text is left in the file; its digest says that it was there."""
    register, query = QueryRegister(tmp_path), _query("ASK { 'Jane Doe of Springfield' }")
    register.add(query, _MOST)
    register.add(_query(), _MOST)
    assert b"Springfield" in (tmp_path / FILE).read_bytes()
    assert register.remove([query.digest, "0" * 32]) == 1
    assert register.remove([query.digest]) == 0
    assert b"Springfield" not in (tmp_path / FILE).read_bytes()
    registration = register.find(query.digest)
    assert registration is not None
    assert registration.query is None
    assert not register.add(query, _MOST)
    assert [p.name for p in tmp_path.iterdir()] == [FILE]


def test_a_reader_sees_what_others_write(tmp_path: Path) -> None:
    """What is added, removed and exchanged while it is open; nothing is waited for while another writes."""
    register, reader, query = QueryRegister(tmp_path), RegisterReader(tmp_path), _query()
    assert not reader.is_begun
    register.add(query, _MOST)
    assert reader.is_begun
    assert reader.has(query.digest) is True
    assert reader.has(_query("ASK { }").digest) is False
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert reader.has(query.digest) is None
        writer.execute("COMMIT")
    register.remove([query.digest])
    assert reader.has(query.digest) is False

    other = tmp_path / "other"
    other.mkdir()
    QueryRegister(other).add(_query("ASK { ?s ?p ?o }"), _MOST)
    (other / FILE).replace(tmp_path / FILE)
    assert reader.is_begun
    assert reader.has(_query("ASK { ?s ?p ?o }").digest) is True


def test_a_reader_says_that_a_file_is_no_register(tmp_path: Path) -> None:
    """As the register itself does."""
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    reader = RegisterReader(tmp_path)
    assert reader.is_begun
    with pytest.raises(sqlite3.Error):
        reader.has("0" * 32)
