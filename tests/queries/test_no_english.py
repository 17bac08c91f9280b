"""No question leaves out what has no name in English, or gives it a row for each language."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.queries.named import load_named
from ogpld.rdf import parse_quads
from ogpld.release import Release
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

#: Asked of other values than those it has by itself, so that there are rows.
VALUES = {
    "milestones-due": {"from": "2012-01-01", "until": "2030-12-31"},
    "predecessors": {"institution": "AAA-new-ministry"},
}
#: A commitment that lost its star and made things worse, as no real one of the small set did.
WORSE = """
@prefix ogpld: <https://w3id.org/ogpld/ns#> .
@prefix indicator: <https://w3id.org/ogpld/code/indicator/> .
@prefix phase: <https://w3id.org/ogpld/code/phase/> .
@prefix yes-no: <https://w3id.org/ogpld/code/yes-no/> .
<commitment/AA0003> a ogpld:Commitment ; <http://purl.org/dc/terms/title> "Third"@en ; ogpld:member <member/EST> .
<assessment/early> ogpld:assesses <commitment/AA0003> ; ogpld:indicator indicator:starred ;
  ogpld:phase phase:mid-term ; ogpld:value yes-no:yes .
<assessment/late> ogpld:assesses <commitment/AA0003> ; ogpld:indicator indicator:starred ;
  ogpld:phase phase:end-of-term ; ogpld:value yes-no:no .
<assessment/worse> ogpld:assesses <commitment/AA0003> ; ogpld:indicator indicator:opened-government ;
  ogpld:value <https://w3id.org/ogpld/code/opened-government/worsens> .
"""
#: What the model says is in English, whatever languages the data is in.
MODEL = "<https://w3id.org/ogpld/"
#: Properties that say what a thing is called, once for each language.
NAME = re.compile(r" <[^>]*(?:#prefLabel|#label|/title|/name)> ")
_ENGLISH = re.compile(r'"@en(?= )')


@pytest.fixture(scope="module")
def lines(release: Release) -> list[str]:
    """The small set of real rows with the invented statements, and what neither of them has."""
    base = release.manifest.base_iri
    invented = (Path(__file__).parent / "invented.ttl").read_bytes()
    both = set(gzip.decompress(release.data.read_bytes()).decode().splitlines())
    both |= {f"{quad} ." for quad in parse_quads(invented, "ttl", f"{base}id/")}
    both |= {f"{quad} ." for quad in parse_quads(WORSE, "ttl", f"{base}id/")}
    return sorted(both)


@pytest.fixture(scope="module")
def counts(
    release: Release, model: Model, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., dict[str, int]]:
    """Count the rows that each question has of some statements."""

    def counted(statements: list[str], names: Iterable[str]) -> dict[str, int]:
        file = tmp_path_factory.mktemp("data") / "data.nq.gz"
        file.write_bytes(gzip.compress("".join(f"{line}\n" for line in statements).encode()))
        store = EmbeddedStore.load(file, len(statements))
        iris = Iris(release.manifest.base_iri)
        rows = {}
        for name in names:
            text = load_named()[name].bound(VALUES.get(name, {}), model, iris)
            rows[name] = store.answer(Query(text, ("csv", ""))).rows
        return rows

    return counted


def test_every_question_has_the_same_rows_without_english(
    lines: list[str], counts: Callable[..., dict[str, int]]
) -> None:
    """Everything is called the same in two other languages instead."""
    english = counts(lines, load_named())
    assert [name for name, rows in english.items() if not rows] == []
    del english["where-from"], english["how-read"]  # statements are what they list or count
    others = []
    for line in lines:
        tags = ("en",) if line.startswith(MODEL) else ("ka", "es") if NAME.search(line) else ("ka",)
        others += dict.fromkeys(_ENGLISH.sub(f'"@{tag}', line) for tag in tags)
    assert counts(others, english) == english
