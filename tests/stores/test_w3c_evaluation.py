"""The W3C's SPARQL 1.0 and 1.1 evaluation tests over the path of callers' queries.

What fails stands in `docs/sparql-deviations.md`, by name and with its reason, and nothing else may.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from support.running import ROOT
from support.suites import demand_suite
from support.w3c_evaluation import SUITE, cases, passes, quads

from ogpld.stores.limits import Limits
from ogpld.workers.pool import QueryService
from ogpld.workers.pool_options import PoolOptions

DOCUMENT = ROOT / "docs" / "sparql-deviations.md"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryService]:
    """A pool over the suites' data, as a server has it."""
    demand_suite("w3c-suites", SUITE)
    path = tmp_path_factory.mktemp("w3c") / "data.nq.gz"
    path.write_bytes(gzip.compress(("\n".join(sorted(set(quads()))) + "\n").encode(), 1))
    pool = QueryService(PoolOptions(path, Limits()))
    pool.start()
    yield pool
    pool.close()


def documented() -> tuple[tuple[int, int, int], list[str]]:
    """Return the figures of the document (tests, passed, failed) and the names of what fails."""
    text = DOCUMENT.read_text(encoding="utf-8")
    figures = re.search(r"Of (\d+) tests, (\d+) pass and (\d+) fail", text)
    assert figures is not None, "the document gives the figures in one sentence"
    names = re.findall(r"`(sparql1[01]/[^`]+)`", text)
    return (int(figures[1]), int(figures[2]), int(figures[3])), names


def test_what_fails_is_what_the_document_says(service: QueryService) -> None:
    """Every test is run; a change in either direction is a change of the document."""
    failed, total = [], 0
    for case in cases():
        total += 1
        if not passes(service, case):
            failed.append(case.name)
    figures, names = documented()
    assert sorted(names) == sorted(failed)
    assert figures == (total, total - len(failed), len(failed))
