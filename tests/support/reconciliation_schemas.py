"""The schemas of the Reconciliation API, by version."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from support.suites import SUITES, demand_suite

SCHEMAS = SUITES / "reconciliation"


def holds(data: Any, name: str, version: str = "0.2") -> None:
    """Fail where data is not as a schema of the API has it; skip the test where there are no schemas."""
    demand_suite(SCHEMAS.name, SCHEMAS)
    folder = SCHEMAS / version / "schemas"
    schema = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

    def other(iri: str) -> Resource[Any]:
        path = folder / iri.rpartition("/")[2]
        content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return Resource(content, DRAFT7)

    jsonschema.Draft7Validator(schema, registry=Registry(retrieve=other)).validate(data)
