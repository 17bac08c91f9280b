"""Rows a second from OGP's commitments sheet to quads, beside a plain loop over rdflib; memory of a long table.

    python bench/importing.py SHEET.csv [--rows 600000] [--rounds 3]

Three questions, all in one run so that only ratios matter:

* How fast is a row of the 171-column sheet mapped to quads, against a loop that a developer would write
  with csv.DictReader and rdflib for the same statements (same subjects, properties, values, graphs)?
* How much memory does a table of many rows take (the sheet repeated under other ids, streamed)?
* How many rows a second does a whole build publish, from the file to a release that is served?
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import rdflib

from ogpld.build import Inputs, publish_sources
from ogpld.build.progress import Progress
from ogpld.config import Settings
from ogpld.iris import Iris
from ogpld.model import Model, load_model
from ogpld.paths import shipped
from ogpld.rdf import Quad
from ogpld.sources import read_table
from ogpld.sources.description import read_source
from ogpld.sources.mapper import stream_source
from ogpld.sources.reconciliation import Reconciliation

BASE = "http://localhost:8000/"
KEY = "Commitment Unique Identifier"


def ours(sheet: Path, model: Model) -> Iterator[list[Quad]]:
    """Map the sheet as a build does, row by row."""
    source = read_source(shipped("data") / "sources/ogp-commitments")
    return stream_source(source, model, Iris(BASE), Reconciliation({}), sheet)


class Plain:
    """The same statements by a loop over csv.DictReader and rdflib's terms.

    It is told beforehand what ogpld works out (which cells say what, the text repaired), so only
    reading, making terms and adding them to a graph is measured.
    """

    def __init__(self, sheet: Path, model: Model) -> None:
        self._sheet = sheet
        self._rows: list[list[tuple[str, str, Any, str]]] = []
        for quads in ours(sheet, model):
            said = []
            for quad in dict.fromkeys(quads):
                value = quad.object
                made = (
                    ("iri", value.value)
                    if not hasattr(value, "datatype")
                    else ("text", value.value, value.language, value.datatype.value)
                )
                said.append((quad.subject.value, quad.predicate.value, made, quad.graph_name.value))
            self._rows.append(said)

    def run(self) -> int:
        """Read the sheet and add every statement to a dataset; return how many there are."""
        dataset = rdflib.Dataset()
        with self._sheet.open(encoding="utf-8-sig", newline="") as file:
            for row, said in zip(csv.DictReader(file), self._rows, strict=True):
                if not row[KEY]:
                    continue
                for subject, predicate, made, graph in said:
                    dataset.add(
                        (
                            rdflib.URIRef(subject),
                            rdflib.URIRef(predicate),
                            _term(made),
                            dataset.graph(rdflib.URIRef(graph)),
                        )
                    )
        return len(dataset)


def _term(made: tuple[Any, ...]) -> Any:
    if made[0] == "iri":
        return rdflib.URIRef(made[1])
    if made[2]:
        return rdflib.Literal(made[1], lang=made[2])
    return rdflib.Literal(made[1], datatype=rdflib.URIRef(made[3]))
