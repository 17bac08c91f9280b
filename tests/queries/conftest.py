"""The data sets the questions are asked of, each with the tables it was built from."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from support.sample_data import WHOLE
from support.source_tables import Answers, QueriedRelease, tables

from ogpld.iris import Iris
from ogpld.model import Model
from ogpld.queries.named import load_named
from ogpld.release import Release
from ogpld.stores import Query
from ogpld.stores.embedded import EmbeddedStore


def _asking(release: Release, model: Model) -> Callable[..., Answers]:
    store = EmbeddedStore.load(release.data, release.manifest.quads)
    iris = Iris(release.manifest.base_iri)

    def ask(name: str, *, unknown: bool = False, **values: str) -> Answers:
        query = load_named()[name]
        bound = query.bound_unknown if unknown else query.bound
        text = bound(values, model, iris)
        body = json.loads(store.answer(Query(text, ("json", ""))).body)
        return [
            {
                key: cell["value"].rpartition("/")[2] if cell["type"] == "uri" else cell["value"]
                for key, cell in row.items()
            }
            for row in body["results"]["bindings"]
        ]

    return ask


@pytest.fixture(scope="session")
def sample(release: Release, model: Model) -> QueriedRelease:
    """The small set of real rows."""
    return QueriedRelease(_asking(release, model), tables(None), sheet=False)


@pytest.fixture(scope="session")
def whole(whole_release: Release, model: Model) -> QueriedRelease:
    """Everything that is shipped."""
    everything = tables(None, WHOLE / "sources")
    return QueriedRelease(_asking(whole_release, model), everything, sheet=False)


@pytest.fixture(scope="session", params=["sample", "whole"])
def shipped(request: pytest.FixtureRequest) -> QueriedRelease:
    """Each set of shipped rows."""
    queried: QueriedRelease = request.getfixturevalue(request.param)
    return queried


@pytest.fixture(scope="session", params=["sample", "whole", "sheet"])
def data(request: pytest.FixtureRequest, model: Model) -> QueriedRelease:
    """Each set of shipped rows, and the small one with OGP's sheet."""
    if request.param != "sheet":
        queried: QueriedRelease = request.getfixturevalue(request.param)
        return queried
    release = request.getfixturevalue("sheet_release")
    path = request.getfixturevalue("sheet_path")
    return QueriedRelease(_asking(release, model), tables(path), sheet=True)
