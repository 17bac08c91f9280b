"""The contract of stores over engines of others, each a real process, filled by a push."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from support.engines import ENGINES, Engine, contract_release
from support.store_contract import BEHAVIOURS, STOPPABLE, Behaviour, documented, outcome

from ogpld.errors import StoreIncompleteError
from ogpld.stores import Query
from ogpld.stores.remote.remote_store import RemoteStore


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.counterpart(name)) for name in ENGINES],
)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Each engine, started once."""
    start: Any = ENGINES[request.param]
    with start(tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def store(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteStore]:
    """The data of the contract in the engine."""
    release = contract_release(tmp_path_factory.mktemp("release"))
    engine.push(release)
    opened = engine.store(release)
    yield opened
    opened.close()


@pytest.mark.parametrize("behaviour", [*BEHAVIOURS, *STOPPABLE], ids=lambda each: each.name)
def test_engines_keep_the_contract(
    engine: Engine, store: RemoteStore, behaviour: Behaviour
) -> None:
    """Each as it is written, but for what docs/engines.md says of the engine."""
    assert outcome(store, behaviour) == documented(behaviour, engine.name)


def test_an_answer_is_whole_or_an_error(engine: Engine, store: RemoteStore) -> None:
    """Virtuoso cuts at a thousand rows here, with a word for SELECT and without one for CONSTRUCT."""
    numbers = " ".join(map(str, range(40)))
    pairs = f"VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} ?s <http://x.example/plan> ?p"
    queries = [f"SELECT ?a ?b ?s {{ {pairs} }}", f"CONSTRUCT {{ ?s ?p ?p }} {{ {pairs} }}"]
    store.limits = replace(store.limits, rows=100_000, bytes=50_000_000, deadline=20.0)
    for text, rows in zip(queries, (40 * 40 * 12, 12), strict=True):
        query = Query(text.replace("{ ?s ?p ?p }", "{ ?s <http://x.example/of> ?p }"))
        if engine.name != "virtuoso":
            assert store.answer(query).rows == rows
            continue
        with pytest.raises(StoreIncompleteError):
            store.answer(query)
