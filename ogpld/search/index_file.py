"""The file of a search index: an SQLite database that is derived from a release and can be made again.

`words` and `trigrams` are full-text tables (SQLite FTS5) over the same folded names: one by words, one by
pieces of three letters, which find a word with a typing error. The words are those of the folded names: signs
that folding left in them are part of them, and nothing more is taken off. `topic` says which things carry
which codes, and `topic_words` has the words of these codes' names.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from ogpld.release.folders import whole_file
from ogpld.search.folding import fold, fold_identifier, fold_latin
from ogpld.search.name_table import ADDRESS, IDENTIFYING, KEY, Name, NamedThing

#: Changes with what the file holds; a file of another version is made again.
VERSION = 10

_TABLES = """
CREATE TABLE about (version INTEGER, release TEXT);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT, class TEXT, key TEXT, label TEXT, member TEXT,
 place INTEGER);
CREATE TABLE name (id INTEGER PRIMARY KEY, thing INTEGER, text TEXT, folded TEXT, language TEXT, kind TEXT,
 size INTEGER);
CREATE TABLE fact (thing INTEGER, kind TEXT, value TEXT);
CREATE TEMPORARY TABLE carried (thing INTEGER, property TEXT, code TEXT);
CREATE TABLE topic (code INTEGER, property TEXT, thing INTEGER,
 PRIMARY KEY (code, property, thing)) WITHOUT ROWID;
CREATE VIEW topic_name AS SELECT id, folded FROM name WHERE thing IN (SELECT code FROM topic);
CREATE TABLE identifier (folded TEXT, thing INTEGER, kind TEXT, text TEXT,
 PRIMARY KEY (folded, thing, kind, text)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(folded, content='name', content_rowid='id',
 tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'", prefix='1 2 3', columnsize=0);
CREATE VIRTUAL TABLE topic_words USING fts5(folded, content='topic_name', content_rowid='id',
 tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'", prefix='1 2 3', columnsize=0);
CREATE VIRTUAL TABLE trigrams USING fts5(folded, content='name', content_rowid='id', tokenize='trigram');
"""
_INDEXES = """
CREATE INDEX name_thing ON name(thing);
INSERT INTO topic SELECT t.id, c.property, c.thing FROM carried c JOIN thing t ON t.iri = c.code
 ORDER BY 1, 2, 3;
INSERT INTO topic_words(topic_words) VALUES('rebuild');
INSERT INTO words(words) VALUES('rebuild');
INSERT INTO trigrams(trigrams) VALUES('rebuild');
"""


def write_index(path: Path, things: Iterable[NamedThing], release_id: str) -> None:
    """Write the file of an index, whole or not at all.

    Raises:
        OSError: when it cannot be written.
    """
    try:
        with whole_file(path) as beside, closing(sqlite3.connect(beside)) as connection:
            _fill(connection, things, release_id)
    except sqlite3.Error as error:
        raise OSError(f"{path.name} cannot be written: {error}") from error


def _fill(connection: sqlite3.Connection, things: Iterable[NamedThing], release_id: str) -> None:
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
    connection.execute("INSERT INTO about VALUES (?, ?)", (VERSION, release_id))
    for number, thing in enumerate(things, 1):
        place = int(thing.class_name != "Member")
        values = (thing.iri, thing.class_name, thing.key, thing.label, thing.member, place)
        connection.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?)", (number, *values))
        connection.executemany(
            "INSERT INTO name(thing, text, folded, language, kind, size) VALUES (?, ?, ?, ?, ?, ?)",
            ((number, *row) for row in _name_rows(thing)),
        )
        connection.executemany(
            "INSERT INTO identifier VALUES (?, ?, ?, ?)",
            # once each: equal releases have equal files
            (
                (fold_identifier(text), number, kind, text)
                for text, kind in dict.fromkeys(_identifiers(thing))
            ),
        )
        connection.executemany(
            "INSERT INTO fact VALUES (?, ?, ?)", ((number, *fact) for fact in thing.facts)
        )
        connection.executemany(
            "INSERT INTO carried VALUES (?, ?, ?)", ((number, *topic) for topic in thing.topics)
        )
    connection.executescript(_INDEXES)
    connection.commit()


def _name_rows(thing: NamedThing) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield text, folded form, language, kind and length of each name; foreign ones in Latin letters too."""
    names = [*thing.names]
    if all(name.text != thing.key for name in names):
        names.append(Name(thing.key, "", KEY))
    for name in names:
        for folded in dict.fromkeys((fold(name.text), fold_latin(name.text))):
            if folded:
                yield name.text, folded, name.language, name.kind, len(folded)


def _identifiers(thing: NamedThing) -> Iterator[tuple[str, str]]:
    yield thing.iri, "identifier"
    yield thing.key, KEY
    yield from ((name.text, name.kind) for name in thing.names if name.kind in IDENTIFYING)
    yield from ((address, ADDRESS) for address in thing.addresses)


def release_of_index(path: Path) -> str:
    """Return the id of the release that an index was made from, "" for no usable file of this version."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            version, release = connection.execute("SELECT version, release FROM about").fetchone()
    except (sqlite3.Error, TypeError, ValueError):
        return ""
    return str(release) if version == VERSION else ""


def damage_of_index(path: Path) -> str:
    """Return what is wrong with the file of an index, "" when it is whole."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            result = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return "" if result == "ok" else result
