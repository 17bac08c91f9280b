"""The queries of the notebook and of the R script have a row for every commitment, whatever is not known of it."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from support.running import ROOT

from ogpld.rdf import parse_quads
from ogpld.release import Release
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore

NOTEBOOKS = ROOT / "docs/notebooks"
IDENTIFIER = "http://purl.org/dc/terms/identifier"
CYCLE = "https://w3id.org/ogpld/ns#cycle"


def of_the_notebook() -> str:
    """Return the query for commitments in the notebook."""
    notebook = json.loads((NOTEBOOKS / "ogp-figures.ipynb").read_text(encoding="utf-8"))
    code = "".join(line for cell in notebook["cells"] for line in cell["source"])
    [query] = re.findall(r'COMMITMENTS = """(.*?)"""', code, re.DOTALL)
    return query


def of_the_script() -> str:
    """Return the query for commitments in the R script."""
    code = (NOTEBOOKS / "ogp-figures.R").read_text(encoding="utf-8")
    [prefixes] = re.findall(r'prefixes <- "(.*?)"', code, re.DOTALL)
    [query] = re.findall(r'commitments <- ask\("(.*?)"\)', code, re.DOTALL)
    return f"{prefixes}\n{query}"


@pytest.mark.parametrize("query", [of_the_notebook(), of_the_script()], ids=["notebook", "r"])
def test_no_commitment_is_left_out(release: Release, query: str) -> None:
    """A member without a code and a plan without a cycle are no reason."""
    data = gzip.decompress(release.data.read_bytes()).decode("utf-8")
    statements = [
        quad
        for quad in parse_quads(data, "nq")
        if quad.predicate.value != CYCLE
        and not (quad.predicate.value == IDENTIFIER and "/id/member/" in quad.subject.value)
    ]
    store = EmbeddedStore.of_union(statements)

    def rows(text: str) -> list[dict[str, dict[str, str]]]:
        body = json.loads(store.answer(Query(text, ("json", ""))).body)
        return list(body["results"]["bindings"])

    answer = rows(query)
    commitments = rows("SELECT ?c { ?c a <https://w3id.org/ogpld/ns#Commitment> }")
    assert len(commitments) > 100
    assert sorted(row["commitment"]["value"] for row in answer) == sorted(
        row["c"]["value"] for row in commitments
    )
    assert all(re.fullmatch(r"[A-Z]{3,4}", row["member"]["value"]) for row in answer)
